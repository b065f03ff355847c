"""Reporting cadences and fiscal years: pure date arithmetic."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

CADENCES = ("weekly", "fortnightly", "monthly", "quarterly", "yearly", "none")
_DAYS = {"weekly": 7, "fortnightly": 14}
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


def add_months(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, cut to that month's length."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])


def cadence_days(cadence: str) -> int | None:
    """The longest time in days that a report of this cadence may cover; None when none is asked for."""
    if cadence in _DAYS:
        return _DAYS[cadence]
    return {1: 31, 3: 92, 12: 366}.get(_MONTHS.get(cadence, 0))


def _last_weekday_of_month(day: date, weekday: int) -> date:
    end = month_end(day)
    return end - timedelta(days=(end.weekday() - weekday) % 7)


def next_due(last: date, cadence: str, weekday: int) -> date | None:
    """The due date that follows the report of business date `last`.

    Weekly and fortnightly reports fall due on `weekday` (0 = Monday), the others on the last such day of a month.
    The date nearest to one cadence after `last` is taken, so an early or late report keeps its place in the series.
    None when the cadence is "none".
    """
    if cadence in _DAYS:
        target = last + timedelta(days=_DAYS[cadence])
        return target + timedelta(days=(weekday - target.weekday() + 3) % 7 - 3)
    if cadence in _MONTHS:
        target = add_months(last, _MONTHS[cadence])
        ends = (_last_weekday_of_month(add_months(target, step), weekday) for step in (-1, 0, 1))
        return min((end for end in ends if end > last), key=lambda end: abs(end - target))
    return None


@dataclass(frozen=True)
class FiscalYear:
    """A fiscal year: first and last day (both included) and its label, such as 2026 or 2026/27."""

    start: date
    end: date
    label: str


def fiscal_year(day: date, start_month: int) -> FiscalYear:
    """The fiscal year that contains `day` when years begin on the first of `start_month` (1-12)."""
    year = day.year if day.month >= start_month else day.year - 1
    start = date(year, start_month, 1)
    label = str(year) if start_month == 1 else f"{year}/{(year + 1) % 100:02d}"
    return FiscalYear(start, add_months(start, 12) - timedelta(days=1), label)


@dataclass(frozen=True)
class FiscalCalendar:
    """An organisation's calendar of fiscal years."""

    start_month: int = 1

    def year_of(self, day: date) -> FiscalYear:
        return fiscal_year(day, self.start_month)
