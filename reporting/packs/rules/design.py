"""What a version of a pack's template decides about looks, words and order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Final

from pmo.kernel import rag
from reporting.packs.rules import health
from reporting.packs.rules.figures import PackFigures, ProjectFigures

ATTENTION: Final = "attention"
RED: Final = "red"
CHOSEN: Final = "chosen"
NONE: Final = "none"
MOST_ONE_PAGERS: Final = 30
LONGEST_INTRODUCTION: Final = 4000


@dataclass(frozen=True)
class Design:
    """`sections` are codes in the order printed, all in the shipped order when there is none.

    `one_pagers` says which projects are shown one by one, `chosen` names them by id, `most_one_pagers` caps them.
    """

    title: str = ""
    audience: str = ""
    introduction: str = ""
    sections: tuple[str, ...] = ()
    logo: bool = True
    accent: str = ""
    one_pagers: str = ATTENTION
    chosen: tuple[int, ...] = ()
    most_one_pagers: int = MOST_ONE_PAGERS
    custom_fields: bool = True


@dataclass(frozen=True)
class Difference:
    """One field that two versions decide otherwise."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Line:
    """A line of a text: kept, gone or new."""

    fate: str
    text: str


def one_pagers(figures: PackFigures, design: Design) -> tuple[tuple[ProjectFigures, ...], int]:
    """The projects shown one by one, worst first, and how many more there would be without the cap."""
    wanted = _wanted(health.ranked(figures), design)
    return wanted[: design.most_one_pagers], max(len(wanted) - design.most_one_pagers, 0)


def _wanted(ranked: Iterable[ProjectFigures], design: Design) -> tuple[ProjectFigures, ...]:
    if design.one_pagers == CHOSEN:
        return tuple(project for project in ranked if project.id in design.chosen)
    bands = {ATTENTION: health.ATTENTION, RED: ("off_track",)}.get(design.one_pagers, ())
    return tuple(project for project in ranked if rag.band(project.overall) in bands)


def differences(before: Design, after: Design) -> list[Difference]:
    """The fields that differ, in the order in which they are declared."""
    pairs = ((each.name, getattr(before, each.name), getattr(after, each.name)) for each in fields(Design))
    return [Difference(name, then, now) for name, then, now in pairs if then != now]


def is_shipped_order(codes: Iterable[str], shipped: Iterable[str]) -> bool:
    """Whether a choice says no more than everything in the shipped order, sections of later versions included."""
    return tuple(codes) == tuple(shipped)
