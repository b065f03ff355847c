"""One row of a published register as one project in one year, with what it says where it gives no figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from pmo.exchange.rules.amounts import MILLION, Amount, decimal_style, read_amount
from pmo.exchange.rules.cells import BLANK, EXEMPT, UNREADABLE, Absent, has_lost_characters, read_line, read_text
from pmo.exchange.rules.dates import DAY_FIRST, day_order, read_date
from pmo.exchange.rules.headers import SourceRow, Table
from pmo.exchange.rules.limits import BadCell
from pmo.exchange.rules.plans import ERROR, Message, error, from_bad_cell, note
from pmo.exchange.rules.ratings import read_rating
from pmo.exchange.rules.sentence import Sentence, excerpt
from pmo.exchange.rules.sentence import sentence as _
from pmo.kernel import rag
from reporting.exchange.rules.columns import COMMENTS
from reporting.exchange.rules.years import business_date, report_year

CURRENCY: Final = "GBP"
AMOUNTS: Final = ("budget", "forecast", "whole_life_cost")
_PENNY = Decimal("0.01")
_DATES: Final = {"start": "start_date", "finish": "end_date"}
_LENGTHS: Final = {"project_number": 200, "project_name": 200, "department": 160, "category": 80, "sponsor": 200}
_COMMENT_LENGTH = 20_000


@dataclass(frozen=True)
class Reading:
    """What a whole file settles for its rows: year, day of the figures, how dates and decimals are written."""

    year: int | None = None
    as_of: date | None = None
    day_order: str = DAY_FIRST
    decimals: str = ""


@dataclass
class ProjectYear:
    """One project as published for one year. Amounts are pounds; `absent` gives the words where a figure is missing."""

    line: int
    key: str = ""
    name: str = ""
    year: int = 0
    as_of: date | None = None
    department: str = ""
    category: str = ""
    sponsor: str = ""
    description: str = ""
    overall: str = rag.NOT_REPORTED
    rating_text: str = ""
    rating_comment: str = ""
    start: date | None = None
    finish: date | None = None
    budget: Decimal | None = None
    forecast: Decimal | None = None
    whole_life_cost: Decimal | None = None
    absent: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(message.level == ERROR for message in self.messages)


def settle(table: Table, year: int | None, as_of: date | None) -> Reading:
    """What the rows of a table agree on; `year` and `as_of` are what a person or the file's name said."""
    dates = [cell for row in table.rows for name in _DATES.values() for cell in row.all(name)]
    amounts = [cell for row in table.rows for name in AMOUNTS for cell in row.all(name)]
    return Reading(year, as_of, day_order(dates) or DAY_FIRST, decimal_style(amounts))


def read_project_year(row: SourceRow, reading: Reading) -> ProjectYear:
    """The project-year of a row; everything that could not be read is told in its messages."""
    found = ProjectYear(row.line)
    _read_words(row, found)
    _read_year(row, found, reading)
    _read_rating(row, found)
    for name, column in _DATES.items():
        setattr(found, name, _read_date(row, found, name, column, reading))
    for name in AMOUNTS:
        setattr(found, name, _read_amount(row, found, name, reading))
    _check(row, found)
    return found


def _read_words(row: SourceRow, found: ProjectYear) -> None:
    found.key = _line(row, found, "project_number")
    found.name = _line(row, found, "project_name")
    found.department = _line(row, found, "department")
    found.category = _line(row, found, "category")
    found.sponsor = _line(row, found, "sponsor")
    found.description = _text(row, found, "description")
    found.rating_comment = _text(row, found, "rating_comment")
    comments = {name: _text(row, found, name) for name in COMMENTS}
    found.comments = {name: text for name, text in comments.items() if text}


def _line(row: SourceRow, found: ProjectYear, column: str) -> str:
    try:
        return read_line(row.get(column), most=_LENGTHS[column])
    except BadCell as bad:
        found.messages.append(from_bad_cell(column, row.get(column), bad))
        return ""


def _text(row: SourceRow, found: ProjectYear, column: str) -> str:
    written = row.get(column)
    try:
        text = read_text(written)
    except BadCell as bad:
        found.messages.append(from_bad_cell(column, written, bad))
        return ""
    if has_lost_characters(text):
        found.messages.append(note(column, text, _("A byte of this text stands for no character and shows as “�”.")))
    if len(text) > _COMMENT_LENGTH:
        found.messages.append(
            note(column, text, _("Only the first %(most)s characters are kept.", most=_COMMENT_LENGTH))
        )
    return text[:_COMMENT_LENGTH]


def _read_year(row: SourceRow, found: ProjectYear, reading: Reading) -> None:
    written = row.get("year")
    try:
        found.year = report_year(written) if written else reading.year or 0
    except BadCell as bad:
        found.messages.append(from_bad_cell("year", written, bad))
        return
    if not found.year:
        found.messages.append(
            error(
                "year",
                "",
                _("The row does not say which year it reports."),
                _("Name the year when you upload the file."),
            )
        )
        return
    found.as_of = reading.as_of or business_date(found.year)


def _read_rating(row: SourceRow, found: ProjectYear) -> None:
    """The first rating given, the assessor's before the owner's."""
    written = row.get("rating") or row.get("rating_sro")
    try:
        found.rating_text = read_line(written, most=10_000)
    except BadCell as bad:
        found.messages.append(from_bad_cell("rating", written, bad))
        return
    rating = read_rating(written)
    if isinstance(rating, str):
        found.overall = rating
        return
    found.overall = rag.EXEMPT if rating.kind == EXEMPT else rag.NOT_REPORTED
    _keep_reason(found, "overall", rating)


def _read_date(row: SourceRow, found: ProjectYear, name: str, column: str, reading: Reading) -> date | None:
    written = row.get(column)
    try:
        value = read_date(read_text(written), order=reading.day_order, today=found.as_of or date(2000, 1, 1))
    except BadCell as bad:
        if any(map(str.isdigit, written)) and not _is_prose(written):
            found.messages.append(from_bad_cell(column, written, bad))
            return None
        value = Absent(UNREADABLE, written)
        found.messages.append(_kept_as_words(column, written))
    if isinstance(value, Absent):
        _keep_reason(found, name, value)
        return None
    return value


def _read_amount(row: SourceRow, found: ProjectYear, name: str, reading: Reading) -> Decimal | None:
    written = row.get(name)
    try:
        value = read_amount(read_text(written), style=reading.decimals)
    except BadCell as bad:
        if bad.unsafe:
            found.messages.append(from_bad_cell(name, written, bad))
            return None
        value = Absent(UNREADABLE, written)
        found.messages.append(_kept_as_words(name, written))
    if isinstance(value, Absent):
        _keep_reason(found, name, value)
        return None
    return _pounds(found, name, written, value)


def _pounds(found: ProjectYear, name: str, written: str, amount: Amount) -> Decimal | None:
    """The register gives millions of pounds unless a cell names its scale."""
    if amount.currency not in ("", CURRENCY):
        found.messages.append(
            error(name, written, _("The amount is in %(currency)s.", currency=amount.currency), _("Give it in pounds."))
        )
        return None
    value = amount.value if amount.scale else amount.value * MILLION
    return value.quantize(_PENNY)


def _keep_reason(found: ProjectYear, name: str, absent: Absent) -> None:
    if absent.kind != BLANK:
        found.absent[name] = " ".join(absent.text.split())


def _kept_as_words(column: str, written: str) -> Message:
    return note(column, written, _("“%(cell)s” gives no figure and is kept as words.", cell=excerpt(written)))


def _is_prose(text: str) -> bool:
    return len(text.split()) > 4


def _check(row: SourceRow, found: ProjectYear) -> None:
    if not row.get("project_name"):
        found.messages.append(error("project_name", "", _("The row names no project."), _("Fill in the name.")))
    if row.surplus:
        found.messages.append(
            error(
                "",
                "",
                _("The row has %(count)s filled cells more than there are headers.", count=row.surplus),
                _("Put text that holds the delimiter between quotation marks."),
            )
        )
    if found.start and found.finish and found.finish < found.start:
        found.messages.append(
            note("end_date", row.get("end_date"), _("The end lies before the start; both are kept as published."))
        )


def repeated(rows: Sequence[ProjectYear]) -> dict[int, Sentence]:
    """The rows that share a year and an identifier, or a year and a name where one has no identifier, by line."""
    lines: dict[tuple[int, str, str], list[int]] = {}
    for row in rows:
        for kind, value in (("id", row.key), ("name", row.name)):
            if value and (kind == "id" or not row.key):
                lines.setdefault((row.year, kind, value), []).append(row.line)
    return {
        line: _("The same project stands on lines %(lines)s for one year.", lines=", ".join(map(str, shared)))
        for shared in lines.values()
        if len(shared) > 1
        for line in shared
    }
