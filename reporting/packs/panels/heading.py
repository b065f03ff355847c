"""The title of an edition, the same in its head, in the mail and in the name of its file."""

from django.utils.text import slugify

from pmo.ui import formats
from reporting.packs.rules.figures import PackFigures


def period(figures: PackFigures) -> str:
    """The month the pack reports on, in words."""
    return formats.day(figures.at, "F Y")


def heading(figures: PackFigures) -> str:
    """Pack, scope and month: who reads two packs of one name must tell them apart."""
    return ", ".join(part for part in (figures.pack, _scope(figures), period(figures)) if part)


def file_name(figures: PackFigures, number: int) -> str:
    """The name under which somebody saves the edition."""
    named = slugify(f"{figures.pack} {_scope(figures)}") or "pack"
    return f"{named}-{figures.at.isoformat()}-{number}.pdf"


def _scope(figures: PackFigures) -> str:
    """The part of the organisation that the pack is about, unless its name says so."""
    told = figures.scope_kind == "everything" or figures.scope.lower() in figures.pack.lower()
    return "" if told else figures.scope
