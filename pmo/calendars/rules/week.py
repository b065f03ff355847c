"""What a working calendar says: the hours of each weekday, and the days that differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

DAY: Final = 86_400
"""Seconds of a day on the wall clock, which knows no daylight saving."""

Span = tuple[int, int]
"""From and until, in seconds after midnight: 0 <= from < until <= DAY."""
Hours = tuple[Span, ...]


def hours(*clock: str) -> Hours:
    """Working hours from texts: `hours("08:00-12:00", "13:00-17:00")`; 00:00 as an end means midnight."""
    return tuple(_span(*text.split("-")) for text in clock)


def _span(first: str, last: str) -> Span:
    return _seconds(first), _seconds(last) or DAY


def _seconds(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 3600 + int(minute) * 60


OFFICE_HOURS: Final = hours("08:00-12:00", "13:00-17:00")


@dataclass(frozen=True)
class Deviation:
    """Days, both included, on which other hours hold; none at all on a holiday."""

    first: date
    last: date
    hours: Hours = ()


@dataclass(frozen=True)
class Week:
    """A working calendar: hours from Monday to Sunday, and exceptions of which a later one wins."""

    days: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    exceptions: tuple[Deviation, ...] = ()

    def __post_init__(self) -> None:
        for spans in (*self.days, *(each.hours for each in self.exceptions)):
            check_hours(spans)

    @property
    def works(self) -> bool:
        """Whether any weekday has working hours."""
        return any(self.days)

    def on(self, day: date) -> Hours:
        """The working hours of one day."""
        for each in reversed(self.exceptions):
            if each.first <= day <= each.last:
                return each.hours
        return self.days[day.weekday()]


def check_hours(spans: Hours) -> None:
    """ValueError when spans lie outside the day, are empty, overlap or stand in the wrong order."""
    before = 0
    for start, end in spans:
        if not before <= start < end <= DAY:
            raise ValueError("Working hours of a day follow each other and end by midnight.")
        before = end


def joined(spans: Iterable[Span]) -> Hours:
    """Spans in order, those that touch or overlap as one, empty ones left out."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def five_days(spans: Hours = OFFICE_HOURS, exceptions: Iterable[Deviation] = ()) -> Week:
    """The usual week: Monday to Friday the same hours, 8 to 12 and 13 to 17 unless told otherwise."""
    return Week((spans, spans, spans, spans, spans, (), ()), tuple(exceptions))


def all_hours() -> Week:
    """Around the clock, for elapsed time."""
    day: Sequence[Hours] = (((0, DAY),),) * 7
    return Week(tuple(day))  # type: ignore[arg-type]
