"""The title of an edition, the same on the cover, in the mail and in the page."""

from pmo.ui import formats
from reporting.packs.rules.figures import PackFigures


def period(figures: PackFigures) -> str:
    """The month the pack reports on, in words."""
    return formats.day(figures.at, "F Y")


def heading(figures: PackFigures) -> str:
    return f"{figures.pack}, {period(figures)}"
