"""Command line: `python -m tools.setup run` for the product, `test` for the product and its tests."""

import argparse
import subprocess
import sys

from tools.setup import environment, system

INTERRUPTED = 130


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("purpose", choices=["run", "test"])
    for_tests = arguments.parse_args().purpose == "test"
    try:
        system.provide(for_tests=for_tests)
        environment.provide(for_tests=for_tests)
        return built("tools.assets") or built("tools.messages", "compile")
    except (environment.SetupError, system.MissingError) as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup: interrupted; the next call goes on from here.", file=sys.stderr)
        return INTERRUPTED


def built(*words: str) -> int:
    return subprocess.run([str(environment.PYTHON), "-m", *words], cwd=environment.PROJECT).returncode


if __name__ == "__main__":
    sys.exit(main())
