"""Command line: `python -m tools.assets` builds what is missing or out of date, `--force` builds everything."""

import argparse
import sys

from tools.assets.build import AssetError, build, up_to_date

INTERRUPTED = 130


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--force", action="store_true")
    if not arguments.parse_args().force and up_to_date():
        return 0
    try:
        build()
    except AssetError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED  # what stood before stands; whoever called us says what comes next
    return 0


if __name__ == "__main__":
    sys.exit(main())
