"""What the drawing engine must know of the reader's language: separators, names of days and months."""

from __future__ import annotations

from typing import Any

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR

from pmo.access import preferences
from pmo.ui.formats import MINUS

SUNDAY = 6


def spoken() -> dict[str, Any]:
    """The locale of a drawing, part of its specification: the same data in another language is another drawing."""
    point, group = preferences.separators()
    week = [SUNDAY, *range(SUNDAY)]
    return {
        "number": {"decimal": point, "thousands": group, "grouping": [3], "currency": ["", ""], "minus": MINUS},
        "time": {
            "dateTime": "%Y-%m-%d %H:%M",
            "date": "%Y-%m-%d",
            "time": "%H:%M",
            "periods": ["AM", "PM"],
            "days": [str(WEEKDAYS[day]) for day in week],
            "shortDays": [str(WEEKDAYS_ABBR[day]) for day in week],
            "months": [str(MONTHS[month]) for month in range(1, 13)],
            "shortMonths": [str(MONTHS_3[month]).capitalize() for month in range(1, 13)],
        },
    }
