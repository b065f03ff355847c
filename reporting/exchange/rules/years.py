"""Which year a file reports, and the day its figures stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from pmo.exchange.rules.limits import BadCell
from pmo.exchange.rules.sentence import excerpt
from pmo.exchange.rules.sentence import sentence as _

FIRST_YEAR, LAST_YEAR = 2010, 2100

_PLAIN = re.compile(r"^(?:fy\s*)?(\d{4})(?:\.0+)?$", re.IGNORECASE)
_SPAN = re.compile(r"(?<!\d)(20\d{2})\s*[/–-]\s*(20\d{2}|\d{2})(?!\d)")
_IN_NAME = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


def report_year(text: str) -> int:
    """The report year in a cell: 2021, or the second year of 2020/21. Raises BadCell."""
    bare = text.strip()
    plain, span = _PLAIN.match(bare), _SPAN.search(bare)
    year = int(plain[1]) if plain else _end_of_span(span) if span else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadCell(_("“%(cell)s” is no report year.", cell=excerpt(text)), _("Write it as 2021 or 2020/21."))
    return year


def year_in_headers(headers: Iterable[str]) -> int | None:
    """The report year that headers such as “2013/14 Budget” name most often."""
    years = Counter(year for text in headers if (span := _SPAN.search(text)) and (year := _end_of_span(span)))
    return max(years, key=lambda year: (years[year], year)) if years else None


def year_in_name(file_name: str) -> int | None:
    """The one report year that a file name holds, as in uk_2014.csv; None when it holds none or several."""
    span = _SPAN.search(file_name)
    if span and (year := _end_of_span(span)):
        return year
    found = {int(year) for year in _IN_NAME.findall(file_name)}
    return found.pop() if len(found) == 1 else None


def business_date(year: int) -> date:
    """The day a report year's figures stand for, by the files' own words.

    Up to the report of 2020 that is the end of the second quarter (30 September), from 2021 of the fourth (31 March).
    """
    return date(year - 1, 9, 30) if year <= 2020 else date(year, 3, 31)


def fiscal_label(year: int) -> str:
    """The fiscal year of a report year: 2021 reports 2020/21."""
    return f"{year - 1}/{year % 100:02d}"


def _end_of_span(span: re.Match[str]) -> int:
    """The second year of a span of two consecutive years; 0 when they are not."""
    first = int(span[1])
    return first + 1 if int(span[2]) % 100 == (first + 1) % 100 else 0
