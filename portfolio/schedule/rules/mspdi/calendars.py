"""Working calendars of the file: weekdays, inheritance, work weeks and recurring exceptions laid out day by day."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, islice
from typing import Final

from pmo.calendars.rules.week import DAY, Deviation, Hours, Week, five_days, joined
from pmo.kernel.periods import add_months
from portfolio.schedule.rules.mspdi.elements import Node
from portfolio.schedule.rules.plan import PlanCalendar

MOST_DAYS: Final = 20_000
"""An exception that recurs for longer than this is laid out no further."""
# Of a month's position: a day (0), a weekday (1), a weekend day (2), then Sunday to Saturday; Monday is 0 here.
_MONTH_ITEMS: Final = {0: set(range(7)), 1: set(range(5)), 2: {5, 6}} | {
    item: {(item - 4) % 7} for item in range(3, 10)
}


@dataclass(frozen=True)
class _Told:
    """What the file says of one calendar by itself: None for a weekday that is inherited."""

    uid: str
    name: str
    base: str
    days: tuple[Hours | None, ...]
    weeks: tuple[Deviation, ...]
    exceptions: tuple[tuple[Deviation, ...], ...]


def read_calendars(project: Node) -> tuple[PlanCalendar, ...]:
    """All calendars with what they inherit; in a ring of bases the first that comes again inherits the usual week."""
    told = {each.uid: each for each in map(_told, project.within("Calendars", "Calendar"))}
    return tuple(_whole(each, told) for each in told.values())


def _told(node: Node) -> _Told:
    days: list[Hours | None] = [None] * 7
    periods = []
    for each in node.within("WeekDays", "WeekDay"):
        kind = each.whole("DayType") or 0
        if 1 <= kind <= 7:
            days[(kind - 2) % 7] = hours_of(each)
        elif (period := _period(each)) is not None:
            periods.append((Deviation(*period, hours_of(each)),))
    listed = node.one("Exceptions")
    exceptions = [tuple(_laid_out(each)) for each in listed.all("Exception")] if listed else periods
    weeks = tuple(part for each in node.within("WorkWeeks", "WorkWeek") for part in _work_week(each))
    base = node.text("BaseCalendarUID")
    return _Told(
        uid=node.text("UID"),
        name=node.text("Name"),
        base="" if base in ("", "-1", "0") else base,
        days=tuple(days),
        weeks=weeks,
        exceptions=tuple(exceptions),
    )


def _whole(own: _Told, told: Mapping[str, _Told]) -> PlanCalendar:
    line = [own]
    while (base := told.get(line[-1].base)) is not None and base not in line:
        line.append(base)
    usual = five_days().days
    days = tuple(next((each.days[day] for each in line if each.days[day] is not None), usual[day]) for day in range(7))
    deviations = [part for each in reversed(line) for part in (*each.weeks, *(d for e in each.exceptions for d in e))]
    week = Week(days, tuple(deviations))  # type: ignore[arg-type]
    return PlanCalendar(own.uid, own.name, week, own.base, len(own.exceptions))


def hours_of(node: Node) -> Hours:
    """Working hours of a weekday or an exception, in order; those that touch or overlap become one."""
    if not node.flag("DayWorking", otherwise=node.one("WorkingTimes") is not None):
        return ()
    return joined(filter(None, map(_span, node.within("WorkingTimes", "WorkingTime"))))


def _span(node: Node) -> tuple[int, int] | None:
    start, end = (_clock(node, name) for name in ("FromTime", "ToTime"))
    if start is None or end is None:
        return None
    return start, end or DAY


def _clock(node: Node, name: str) -> int | None:
    told = node.text(name)
    if not told:
        return None
    try:
        moment = datetime.fromisoformat(f"2000-01-01T{told.rpartition('T')[2]}")
    except ValueError:
        raise node.unreadable(name, told) from None
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _period(node: Node) -> tuple[date, date] | None:
    period = node.one("TimePeriod")
    first, last = (period.moment(name) for name in ("FromDate", "ToDate")) if period else (None, None)
    if first is None or last is None or last < first:
        return None
    # An end at midnight belongs to the day before, unless the period is that midnight.
    end = last - timedelta(seconds=1) if last > first and last.time() == datetime.min.time() else last
    return first.date(), end.date()


def _work_week(node: Node) -> Iterator[Deviation]:
    """A work week that holds for a time, as exceptions of the days that it names."""
    period = _period(node)
    if period is None:
        return
    for each in node.within("WeekDays", "WeekDay"):
        kind = each.whole("DayType") or 0
        if 1 <= kind <= 7:
            for day in _days(*period):
                if day.weekday() == (kind - 2) % 7:
                    yield Deviation(day, day, hours_of(each))


# --- exceptions that recur --------------------------------------------------------------------------------------------
def _laid_out(node: Node) -> Iterator[Deviation]:
    """The days of an exception: one period, or days that recur until its end or for a number of times."""
    period = _period(node)
    if period is None:
        return
    hours, kind = hours_of(node), node.whole("Type") or 1
    if kind in (1, 9) and (node.whole("Period") or 1) <= 1:
        yield Deviation(*period, hours)
        return
    times = node.whole("Occurrences") if node.flag("EnteredByOccurrences") else None
    for day in islice(_recurring(node, kind, *period), min(times or MOST_DAYS, MOST_DAYS)):
        yield Deviation(day, day, hours)


def _recurring(node: Node, kind: int, first: date, last: date) -> Iterator[date]:
    every = max(node.whole("Period") or 1, 1)
    if kind == 6:
        return _weekly(node.whole("DaysOfWeek") or 0, every, first, last)
    if kind in (2, 3, 4, 5):
        months = _months(first, last, 12 if kind in (2, 3) else every, node.whole("Month") if kind in (2, 3) else None)
        by_position = kind in (3, 5)
        days = (_in_month(node, month, by_position) for month in months)
        return (day for day in days if day is not None and first <= day <= last)
    return (day for number, day in enumerate(_days(first, last)) if number % every == 0)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(min((last - first).days + 1, MOST_DAYS)))


def _weekly(mask: int, every: int, first: date, last: date) -> Iterator[date]:
    """The days of a mask whose lowest bit is Sunday, in every so many weeks that start on Sunday."""
    sunday = first - timedelta(days=(first.weekday() + 1) % 7)
    for day in _days(first, last):
        if (day - sunday).days // 7 % every == 0 and mask >> ((day.weekday() + 1) % 7) & 1:
            yield day


def _months(first: date, last: date, every: int, month: int | None) -> Iterator[date]:
    """First days of the months that are meant: every so many from the first one, or that of each year (0 = January)."""
    begin = first.replace(day=1) if month is None else date(first.year, month % 12 + 1, 1)
    for step in count():
        day = add_months(begin, step * every)
        if day > last:
            return
        yield day


def _in_month(node: Node, month: date, by_position: bool) -> date | None:
    length = calendar.monthrange(month.year, month.month)[1]
    if not by_position:
        return month.replace(day=min(max(node.whole("MonthDay") or 1, 1), length))
    wanted = _MONTH_ITEMS.get(node.whole("MonthItem") or 0, set())
    days = [day for day in range(1, length + 1) if month.replace(day=day).weekday() in wanted]
    position = node.whole("MonthPosition") or 0
    chosen = days[-1:] if position >= 4 else days[position : position + 1]
    return month.replace(day=chosen[0]) if chosen else None
