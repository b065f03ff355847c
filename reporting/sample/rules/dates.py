"""When the sample's reports fell due: the same series that the product computes."""

from __future__ import annotations

from datetime import date, timedelta

from pmo.kernel.periods import add_months, month_end, next_due

HISTORY_MONTHS = 24
FRIDAY = 4
FREQUENT_WEEKS = {"weekly": 26, "fortnightly": 39}
"""Since when the frequent reporters report so often; before that they reported monthly."""


def last_friday(day: date) -> date:
    """The last Friday of the month."""
    end = month_end(day)
    return end - timedelta(days=(end.weekday() - FRIDAY) % 7)


def due_dates(began: date, today: date, cadence: str) -> list[date]:
    """The due dates before today, oldest first, within the last two years."""
    first = max(began, add_months(today, -HISTORY_MONTHS))
    switch = today - timedelta(weeks=FREQUENT_WEEKS.get(cadence, 0))
    day: date | None = last_friday(first)
    found = []
    while day is not None and day < today:
        if day >= first:
            found.append(day)
        day = next_due(day, cadence if day >= switch else "monthly", FRIDAY)
    return found
