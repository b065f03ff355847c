"""What text needs before it is set: a figure and its unit stay on one line, and nothing unprintable gets in."""

import re

UNITS = "%|m|bn|k|d|T|FTE|VZÄ|Mio\\.|Mrd\\.|Tsd\\."
NO_BREAK = "\N{NO-BREAK SPACE}"
_FIGURE_THEN_UNIT = re.compile(rf"(?<=\d) (?=(?:{UNITS})(?:[\s<.,;:)]|$))")
_SIGN_THEN_FIGURE = re.compile(r"(?<=[€£$¥]) (?=[\d−+])")


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def printable(html: str) -> str:
    """Without control characters, which fonts cannot draw, and without marks that turn the direction of reading."""
    return _UNPRINTABLE.sub("", html)


def bind_units(html: str) -> str:
    """The same HTML with no-break spaces in `12 %`, `3.5 m` and `€ 12`."""
    return _SIGN_THEN_FIGURE.sub(NO_BREAK, _FIGURE_THEN_UNIT.sub(NO_BREAK, html))
