"""Schedules as people say them, and the cron expressions that mean the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

DAILY: Final = "daily"
WORKDAYS: Final = "workdays"
WEEKLY: Final = "weekly"
MONTHLY: Final = "monthly"
FIRST_WEEKDAY: Final = "first_weekday"
LAST_DAY: Final = "last_day"
LAST_WORKDAY: Final = "last_workday"
WEEKDAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
LATEST_DAY: Final = 28
"""Every month has it."""
_TIME: Final = re.compile(r"([0-5]?\d) ([01]?\d|2[0-3]) (.+)")
_NUMBERS: Final = {"0": "SUN", "1": "MON", "2": "TUE", "3": "WED", "4": "THU", "5": "FRI", "6": "SAT", "7": "SUN"}


@dataclass(frozen=True)
class Rhythm:
    """`weekday` counts for weekly and first_weekday, `day` for monthly."""

    kind: str
    at: time
    weekday: str = "MON"
    day: int = 1


def cron_of(rhythm: Rhythm) -> str:
    """The expression of five parts."""
    rest = {
        DAILY: "* * *",
        WORKDAYS: "* * MON-FRI",
        WEEKLY: f"* * {rhythm.weekday}",
        MONTHLY: f"{rhythm.day} * *",
        FIRST_WEEKDAY: f"* * {rhythm.weekday}#1",
        LAST_DAY: "L * *",
        LAST_WORKDAY: "LW * *",
    }[rhythm.kind]
    return f"{rhythm.at.minute} {rhythm.at.hour} {rest}"


def rhythm_of(cron: str) -> Rhythm | None:
    """What an expression means, when it is one that people would say; None for all others."""
    match = _TIME.fullmatch(" ".join(cron.upper().split()))
    if match is None:
        return None
    at, rest = time(int(match.group(2)), int(match.group(1))), match.group(3)
    fixed = {"* * *": DAILY, "* * MON-FRI": WORKDAYS, "* * 1-5": WORKDAYS, "L * *": LAST_DAY, "LW * *": LAST_WORKDAY}
    if rest in fixed:
        return Rhythm(fixed[rest], at)
    return _by_weekday(at, rest) or _by_day(at, rest)


def _by_weekday(at: time, rest: str) -> Rhythm | None:
    match = re.fullmatch(r"\* \* ([A-Z]{3}|[0-7])(#1)?", rest)
    weekday = _NUMBERS.get(match.group(1), match.group(1)) if match else ""
    if match is None or weekday not in WEEKDAYS:
        return None
    return Rhythm(FIRST_WEEKDAY if match.group(2) else WEEKLY, at, weekday=weekday)


def _by_day(at: time, rest: str) -> Rhythm | None:
    match = re.fullmatch(r"(\d{1,2}) \* \*", rest)
    day = int(match.group(1)) if match else 0
    return Rhythm(MONTHLY, at, day=day) if 1 <= day <= LATEST_DAY else None
