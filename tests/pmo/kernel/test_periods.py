"""Due dates keep their place in the series, whatever the month, the leap day or the clock change."""

from __future__ import annotations

from datetime import date

import pytest

from pmo.kernel.periods import CADENCES, FiscalCalendar, add_months, cadence_days, month_end, next_due

FRIDAY = 4


@pytest.mark.parametrize(
    ("last", "cadence", "due"),
    [
        (date(2026, 11, 27), "weekly", date(2026, 12, 4)),
        (date(2026, 11, 25), "weekly", date(2026, 12, 4)),  # two days early keeps the Friday
        (date(2026, 11, 30), "weekly", date(2026, 12, 4)),  # three days late too
        (date(2026, 10, 23), "weekly", date(2026, 10, 30)),  # across the end of summer time
        (date(2027, 3, 26), "weekly", date(2027, 4, 2)),  # across its beginning
        (date(2026, 12, 25), "weekly", date(2027, 1, 1)),
        (date(2026, 11, 27), "fortnightly", date(2026, 12, 11)),
        (date(2026, 10, 30), "monthly", date(2026, 11, 27)),
        (date(2026, 10, 28), "monthly", date(2026, 11, 27)),
        (date(2026, 11, 3), "monthly", date(2026, 11, 27)),
        (date(2028, 1, 28), "monthly", date(2028, 2, 25)),
        (date(2026, 12, 25), "monthly", date(2027, 1, 29)),
        (date(2026, 9, 25), "quarterly", date(2026, 12, 25)),
        (date(2024, 2, 29), "yearly", date(2025, 2, 28)),
        (date(2026, 11, 27), "none", None),
    ],
)
def test_the_next_report_falls_due(last, cadence, due):
    assert next_due(last, cadence, FRIDAY) == due


@pytest.mark.parametrize("cadence", [name for name in CADENCES if name != "none"])
@pytest.mark.parametrize("weekday", range(7))
def test_every_series_moves_forward_and_stays_on_its_weekday_for_ten_years(cadence, weekday):
    day = date(2024, 2, 29)
    while day.year < 2034:
        following = next_due(day, cadence, weekday)
        assert following is not None
        assert following > day
        assert following.weekday() == weekday
        day = following


def test_a_monthly_series_has_one_report_in_each_month():
    day, months = date(2024, 1, 26), []
    while day < date(2034, 1, 1):
        months.append((day.year, day.month))
        day = next_due(day, "monthly", FRIDAY)
    assert len(months) == len(set(months)) == 120


def test_a_month_is_cut_to_its_length():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert month_end(date(2028, 2, 3)) == date(2028, 2, 29)


def test_how_long_a_report_may_cover():
    assert [cadence_days(name) for name in CADENCES] == [7, 14, 31, 92, 366, None]


@pytest.mark.parametrize(
    ("day", "start", "year"),
    [
        (date(2026, 11, 27), 1, (date(2026, 1, 1), date(2026, 12, 31), "2026")),
        (date(2026, 3, 31), 4, (date(2025, 4, 1), date(2026, 3, 31), "2025/26")),
        (date(2026, 4, 1), 4, (date(2026, 4, 1), date(2027, 3, 31), "2026/27")),
        (date(1999, 10, 1), 7, (date(1999, 7, 1), date(2000, 6, 30), "1999/00")),
        (date(2024, 2, 29), 3, (date(2023, 3, 1), date(2024, 2, 29), "2023/24")),
    ],
)
def test_a_fiscal_year_contains_the_day_and_ends_before_the_next(day, start, year):
    found = FiscalCalendar(start).year_of(day)
    assert (found.start, found.end, found.label) == year
