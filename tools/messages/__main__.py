"""Command line: `python -m tools.messages compile` before a start, `extract` after new words, `gaps` for what lacks."""

import argparse
import sys

from tools.messages import catalogues
from tools.messages.catalogues import PROJECT, MessageError


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("what", choices=["compile", "extract", "gaps"])
    try:
        return {"compile": build, "extract": extract, "gaps": tell_gaps}[arguments.parse_args().what]()
    except MessageError as error:
        print(f"messages: {error}", file=sys.stderr)
        return 1


def build() -> int:
    for made in catalogues.compile_all():
        print(f"messages: {made.relative_to(PROJECT)}", flush=True)
    return 0


def extract() -> int:
    from tools.messages.extracting import extract

    extract()
    for source in catalogues.sources():
        every, translated = catalogues.count(catalogues.read(source))
        print(f"messages: {source.relative_to(PROJECT)}: {every} messages, {translated} translated")
    return 0


def tell_gaps() -> int:
    found = [gap for source in catalogues.sources() for gap in catalogues.gaps(catalogues.read(source))]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
