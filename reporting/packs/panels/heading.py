"""The title of an edition, the same on the cover, in the mail and in the page."""

from django.utils.formats import date_format

from reporting.packs.rules.figures import PackFigures


def period(figures: PackFigures) -> str:
    """The month the pack reports on, in words."""
    return str(date_format(figures.at, "F Y", use_l10n=False))


def heading(figures: PackFigures) -> str:
    return f"{figures.pack}, {period(figures)}"
