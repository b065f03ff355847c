"""The words and shapes that a status, a trend and a missing figure are shown with."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pmo.kernel import rag

STATUS: Final[dict[str, Promise]] = {
    rag.GREEN: _("On track"),
    rag.AMBER_GREEN: _("Amber/Green"),
    rag.AMBER: _("At risk"),
    rag.AMBER_RED: _("Amber/Red"),
    rag.RED: _("Off track"),
    rag.BLUE: _("Complete"),
    rag.GREY: _("On hold"),
    rag.EXEMPT: _("Exempt"),
    rag.NOT_REPORTED: _("Not reported"),
}

BANDS: Final[dict[str, Promise]] = {
    "off_track": _("Off track"),
    "at_risk": _("At risk"),
    "on_track": _("On track"),
    "complete": _("Complete"),
    "on_hold": _("On hold"),
    "none": _("Not reported"),
}

DIMENSIONS: Final[dict[str, Promise]] = {
    "overall": _("Overall"),
    "schedule": _("Schedule"),
    "cost": _("Cost"),
    "scope": _("Scope"),
    "resources": _("Resources"),
    "risk": _("Risk"),
    "quality": _("Quality"),
    "benefits": _("Benefits"),
    "stakeholders": _("Stakeholders"),
}

TRENDS: Final[dict[str, Promise]] = {"up": _("improving"), "same": _("unchanged"), "down": _("worsening")}

ABSENT: Final[dict[str, Promise]] = {
    "exempt": _("exempt"),
    "not_provided": _("not provided"),
    "not_reported": _("not reported"),
    "tbd": _("to be decided"),
    "hidden": _("hidden"),
    "": _("not reported"),
}

LONGEST_REASON: Final = 18

STATUS_ICONS: Final = {
    "red": "alert-octagon-filled",
    "amber": "alert-triangle-filled",
    "green": "circle-check-filled",
    "blue": "flag-filled",
}


def status_icon(value: str) -> str:
    """The shape of a status: colour alone never carries it; blanks get a dash or an open circle."""
    if value == rag.GREY:
        return "player-pause-filled"
    if value == rag.EXEMPT:
        return "minus"
    return STATUS_ICONS.get(rag.tone(value), "circle-dashed")


def status_word(value: str) -> str:
    return str(STATUS.get(value, value))


def absent_word(reason: object) -> str:
    """Why a figure is missing, in words; a free text passes through."""
    key = str(reason or "")
    return str(ABSENT.get(key, key))


def short_reason(reason: object) -> str:
    """Why a figure is missing, short enough for a cell."""
    told = absent_word(reason)
    if str(reason).lower().startswith("exempt"):
        return str(ABSENT["exempt"])
    return told if len(told) <= LONGEST_REASON else f"{told[: LONGEST_REASON - 1].rstrip()}…"
