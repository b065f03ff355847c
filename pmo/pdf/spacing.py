"""A figure and its unit stay on one line."""

import re

UNITS = "%|m|bn|k|d|FTE|Mio\\.|Mrd\\.|Tsd\\."
NO_BREAK = "\N{NO-BREAK SPACE}"
_FIGURE_THEN_UNIT = re.compile(rf"(?<=\d) (?=(?:{UNITS})(?:[\s<.,;:)]|$))")
_SIGN_THEN_FIGURE = re.compile(r"(?<=[€£$¥]) (?=[\d−+])")


def bind_units(html: str) -> str:
    """The same HTML with no-break spaces in `12 %`, `3.5 m` and `€ 12`."""
    return _SIGN_THEN_FIGURE.sub(NO_BREAK, _FIGURE_THEN_UNIT.sub(NO_BREAK, html))
