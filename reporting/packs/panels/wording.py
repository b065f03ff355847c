"""Figures as the pack writes them: millions with one decimal, dates in words, blanks with their reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.kernel import rag
from pmo.pdf.micro import mark_name, strip_name
from pmo.ui import formats, words
from reporting.packs.rules import quality
from reporting.packs.rules.figures import ProjectFigures

GLYPHS: Final = {
    rag.GREEN: "●",
    rag.AMBER_GREEN: "○",
    rag.AMBER: "▲",
    rag.AMBER_RED: "◇",
    rag.RED: "◆",
    rag.BLUE: "■",
    rag.GREY: "‖",
    rag.EXEMPT: "×",
    rag.NOT_REPORTED: "–",
}
LETTERS: Final = {
    rag.GREEN: "G",
    rag.AMBER_GREEN: "AG",
    rag.AMBER: "A",
    rag.AMBER_RED: "AR",
    rag.RED: "R",
    rag.BLUE: "C",
    rag.GREY: "H",
    rag.EXEMPT: "E",
    rag.NOT_REPORTED: "",
}
BAND_VALUE: Final = {
    "off_track": rag.RED,
    "at_risk": rag.AMBER,
    "on_track": rag.GREEN,
    "complete": rag.BLUE,
    "on_hold": rag.GREY,
    "none": rag.NOT_REPORTED,
}
DASH: Final = "–"


def spelled(count: int, *, start: bool = False) -> str:
    """A count in words below ten, as prose writes it; capitalised at the start of a sentence."""
    if count == 0:
        return _("None") if start else _("none")
    written = str(apnumber(count)) if count < 10 else formats.number(count)
    return str(capfirst(written)) if start else written


def day(value: date | None) -> str:
    return formats.day(value, "j M Y").replace(" ", formats.NBSP)


def short_day(value: date | None) -> str:
    return formats.day(value, "j M y").replace(" ", formats.NBSP)


def millions(amount: Decimal | None, *, sign: bool = False) -> str:
    """An amount for a column headed in millions; a blank is a dash."""
    return DASH if amount is None else formats.scaled(amount, "m", 1, sign=sign)


def amount(value: Decimal | None, currency: str, *, sign: bool = False) -> str:
    """An amount inside a sentence: € 17.1 m, from ten thousand million on € 28.4 bn; a sign stands by the figure."""
    if value is None:
        return DASH
    scale = "bn" if abs(value) >= 10_000_000_000 else "m"
    return formats.placed(formats.scaled(value, scale, 1, sign=sign), currency, scale)


def amount_unit(currency: str) -> str:
    """The head of a column of amounts: € m."""
    return formats.placed("", currency, "m")


def percent(value: Decimal | None, *, sign: bool = True) -> str:
    return DASH if value is None else formats.number(value, 1, sign=sign)


def days(value: int | None) -> str:
    return DASH if value is None else formats.number(value, 0, sign=True)


def in_days(count: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": formats.number(count)}


def group_name(name: str, axis: str) -> str:
    """A programme or a unit, or that there is none, alike in tables and drawings."""
    return name or (_("No programme") if axis == "programme" else _("No unit"))


def absent(project: ProjectFigures, figure: str) -> str:
    """Why the project has no such figure, short enough for a cell."""
    if quality.is_withheld(project, figure):
        return _("exempt")
    return DASH


def figure(project: ProjectFigures, name: str, currency: str) -> str:
    """An amount of the project in millions, or why there is none; one outside the head's currency names its own."""
    value: Decimal | None = getattr(project, name)
    if value is None:
        return absent(project, name)
    own = project.currency or currency
    return millions(value) if own == currency else f"{formats.symbol(own)}{formats.NBSP}{millions(value)}"


def status(value: str) -> dict[str, str]:
    """A status for a template: its shape, word, short letter, colour family and drawing."""
    return {
        "value": value,
        "glyph": GLYPHS[value],
        "word": words.status_word(value),
        "letter": LETTERS[value],
        "tone": rag.tone(value),
        "mark": mark_name(value),
    }


def band_status(band: str) -> dict[str, str]:
    return status(BAND_VALUE[band]) | {"word": str(words.BANDS[band])}


def strip(statuses: tuple[str, ...]) -> dict[str, str]:
    """The strip's drawing and what it says to somebody who cannot see it."""
    told = ", ".join(words.status_word(value) for value in statuses)
    return {"name": strip_name(statuses), "alt": _("Oldest first: %(values)s") % {"values": told or DASH}}
