"""Dates as people write them, read only when there is one way to read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from pmo.exchange.rules.cells import Absent, absence
from pmo.exchange.rules.limits import BadCell
from pmo.exchange.rules.sentence import Sentence, excerpt
from pmo.exchange.rules.sentence import sentence as _

DAY_FIRST: Final = "day first"
MONTH_FIRST: Final = "month first"
MIXED: Final = "mixed"

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january", "february", "march", "april", "may", "june",
            "july", "august", "september", "october", "november", "december",
        ),
        start=1,
    )
    for name in (names, names[:3], {"september": "sept"}.get(names, names))
}  # fmt: skip
_TIME = r"(?:[T\s,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_NUMERIC = re.compile(rf"^(\d{{1,2}})\s*[-/.]\s*(\d{{1,2}})\s*[-/.]\s*(\d{{4}}|\d{{2}}){_TIME}$")
_DAY_MONTH = re.compile(
    r"^(?:\w+day,?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(?:of\s+)?([A-Za-z]{3,9})\.?,?[\s./-]+(\d{4}|\d{2})$"
)
_MONTH_DAY = re.compile(r"^([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}|\d{2})$")
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
# Serial 1 of a spreadsheet is 1900-01-01, but it counts a 29 February 1900 that never was.
_SERIAL_ORIGIN = date(1899, 12, 30)
_SERIALS = range(18264, 109_575)  # 1950 to 2199
_EARLIEST, _LATEST = 1900, 2200
# A two-digit year lies up to 60 years ahead of the reading, as end dates of long programmes do, or up to 39 back.
_YEARS_AHEAD = 60

_WRITE_ISO = _("Write it as year-month-day, such as 2026-03-31.")


def day_order(cells: Iterable[str]) -> str:
    """Which of two numbers is the day, told by the dates that can only be read one way; "" when none tells."""
    found = {order for cell in cells if (order := _telling_order(cell))}
    return MIXED if len(found) > 1 else next(iter(found), "")


def read_date(text: str, *, order: str, today: date) -> date | Absent:
    """The date in a cell. `order` settles 03/04/2026; without it such a date is refused. Raises BadCell."""
    missing = absence(text)
    if missing:
        return missing
    bare = " ".join(text.split())
    numeric = _NUMERIC.match(bare)
    if numeric:
        return _numeric(bare, numeric, order, today)
    return _named(bare, today) or _serial(bare) or _refuse(bare)


def _named(bare: str, today: date) -> date | None:
    """Dates whose parts cannot be confused."""
    if match := _ISO.match(bare) or _COMPACT.match(bare):
        return _date(bare, *(int(part) for part in match.groups()))
    if match := _DAY_MONTH.match(bare):
        day, month, year = match.groups()
    elif match := _MONTH_DAY.match(bare):
        month, day, year = match.groups()
    else:
        return None
    number = _MONTHS.get(month.casefold())
    return _date(bare, _year(year, today), number, int(day)) if number else None


def _numeric(bare: str, match: re.Match[str], order: str, today: date) -> date:
    first, second, year = int(match[1]), int(match[2]), _year(match[3], today)
    if first <= 12 and second <= 12 and first != second and order not in (DAY_FIRST, MONTH_FIRST):
        raise BadCell(
            _("The date “%(cell)s” is ambiguous: either number may be the day.", cell=excerpt(bare)), _WRITE_ISO
        )
    day_first = first > 12 or (second <= 12 and order != MONTH_FIRST)
    return _date(bare, year, second, first) if day_first else _date(bare, year, first, second)


def _serial(bare: str) -> date | None:
    match = _SERIAL.match(bare)
    if not match or int(match[1]) not in _SERIALS:
        return None
    return _SERIAL_ORIGIN + timedelta(days=int(match[1]))


def _date(bare: str, year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        _refuse(bare, _("The date “%(cell)s” does not exist.", cell=excerpt(bare)))
    if not _EARLIEST <= found.year <= _LATEST:
        _refuse(bare, _("The year of “%(cell)s” is out of reach.", cell=excerpt(bare)))
    return found


def _refuse(bare: str, reason: Sentence | None = None) -> date:
    raise BadCell(reason or _("“%(cell)s” is not a date.", cell=excerpt(bare)), _WRITE_ISO)


def _year(text: str, today: date) -> int:
    if len(text) == 4:
        return int(text)
    year = today.year - today.year % 100 + int(text)
    if year > today.year + _YEARS_AHEAD:
        return year - 100
    return year if year > today.year + _YEARS_AHEAD - 100 else year + 100


def _telling_order(cell: str) -> str:
    match = _NUMERIC.match(" ".join(cell.split()))
    if not match:
        return ""
    first, second = int(match[1]), int(match[2])
    if first > 12 >= second:
        return DAY_FIRST
    return MONTH_FIRST if second > 12 >= first else ""
