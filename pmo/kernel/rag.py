"""Status values: three-point RAG, five-point delivery confidence, and the honest blanks.

The words of the five-point scale follow the delivery confidence assessment used by the UK and New Zealand governments.
A published value is kept as published; bands only group values for counting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

GREEN: Final = "green"
AMBER_GREEN: Final = "amber_green"
AMBER: Final = "amber"
AMBER_RED: Final = "amber_red"
RED: Final = "red"
BLUE: Final = "blue"
GREY: Final = "grey"
EXEMPT: Final = "exempt"
NOT_REPORTED: Final = ""

FIVE_POINT: Final = (GREEN, AMBER_GREEN, AMBER, AMBER_RED, RED)
DECLARABLE: Final = (GREEN, AMBER, RED, BLUE, GREY)
ALL: Final = (*FIVE_POINT, BLUE, GREY, EXEMPT)

SEVERITY: Final = {
    RED: 5,
    AMBER_RED: 4,
    AMBER: 3,
    AMBER_GREEN: 2,
    GREEN: 1,
    BLUE: 0,
    GREY: 0,
    EXEMPT: 0,
    NOT_REPORTED: 0,
}

BANDS: Final = ("off_track", "at_risk", "on_track", "complete", "on_hold", "none")
_BAND: Final = {
    RED: "off_track",
    AMBER_RED: "off_track",
    AMBER: "at_risk",
    AMBER_GREEN: "on_track",
    GREEN: "on_track",
    BLUE: "complete",
    GREY: "on_hold",
}
_TONE: Final = {
    RED: "red",
    AMBER_RED: "red",
    AMBER: "amber",
    AMBER_GREEN: "green",
    GREEN: "green",
    BLUE: "blue",
}

TRENDS: Final = ("up", "same", "down")
DIMENSIONS: Final = ("schedule", "cost", "scope", "resources", "risk", "quality", "benefits", "stakeholders")


def band(value: str) -> str:
    """The counting group of a status: off_track, at_risk, on_track, complete, on_hold or none."""
    return _BAND.get(value, "none")


def values_in(band_name: str) -> tuple[str, ...]:
    """The status values that belong to a band."""
    return tuple(value for value, name in _BAND.items() if name == band_name)


def tone(value: str) -> str:
    """The colour family of a status: red, amber, green, blue or grey."""
    return _TONE.get(value, "grey")


def needs_comment(value: str) -> bool:
    """Amber and red must be explained; the shades between them too."""
    return SEVERITY.get(value, 0) >= SEVERITY[AMBER]


def is_reported(value: str) -> bool:
    """Whether the value says anything about the project's health."""
    return value not in (NOT_REPORTED, EXEMPT)


def trend_between(before: str, after: str) -> str:
    """up when health improved, down when it worsened, same otherwise or when one side says nothing."""
    if SEVERITY.get(before, 0) == 0 or SEVERITY.get(after, 0) == 0:
        return "same"
    difference = SEVERITY[before] - SEVERITY[after]
    return "up" if difference > 0 else "down" if difference < 0 else "same"


def worst(values: Iterable[str]) -> str:
    """The most severe of several statuses; not reported when there is none."""
    return max(values, key=lambda value: SEVERITY.get(value, 0), default=NOT_REPORTED)
