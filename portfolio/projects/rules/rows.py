"""One row of a project list as typed values; a blank cell leaves a project as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pmo.exchange.rules.amounts import Amount, decimal_style, read_amount
from pmo.exchange.rules.cells import Absent, read_line, read_text
from pmo.exchange.rules.dates import day_order, read_date
from pmo.exchange.rules.headers import Column, SourceRow, Table
from pmo.exchange.rules.limits import BadCell
from pmo.exchange.rules.plans import ERROR, Message, error, from_bad_cell
from pmo.exchange.rules.sentence import excerpt, gettext_noop
from pmo.exchange.rules.sentence import sentence as _
from pmo.fields.rules import definitions as d
from pmo.fields.rules.definitions import Definition

AMOUNTS: Final = ("whole_life_cost", "budget", "forecast")
DATES: Final = tuple(f"{what}_{kind}" for what in ("start", "finish") for kind in ("baseline", "forecast", "actual"))
CHOICES: Final = ("investment_class", "method", "phase", "cadence")
LINES: Final = {"name": 200, "short_name": 32, "category": 80, "fiscal_year": 9}
REFERENCES: Final = ("programme", "unit", "manager", "sponsor")
ROW_VERSION: Final = "row_version"
MOST_TAGS: Final = 50
MOST_TOLD: Final = 12
_DESCRIPTION_LENGTH = 20_000
_CODE = re.compile(r"^[A-Za-z0-9._-]{1,40}$")
_CURRENCY = re.compile(r"^[A-Z]{3}$")
_PENNY = Decimal("0.01")
Readers = Mapping[str, Callable[[str], Any]]
_YES = {"yes": True, "true": True, "1": True, "x": True, "no": False, "false": False, "0": False}

COLUMNS: Final = (
    Column("code", gettext_noop("Code"), ("project code", "project id", "id"), required=True, help="Never changes."),
    Column("name", gettext_noop("Name"), ("project", "project name", "title")),
    Column("short_name", gettext_noop("Short name")),
    Column("description", gettext_noop("Description"), ("aims", "scope")),
    Column("programme", gettext_noop("Programme"), ("program", "programme code")),
    Column("unit", gettext_noop("Unit"), ("department", "organisation", "unit code")),
    Column("manager", gettext_noop("Manager"), ("project manager", "pm")),
    Column("sponsor", gettext_noop("Sponsor"), ("owner", "senior responsible owner")),
    Column("investment_class", gettext_noop("Class"), ("investment class",)),
    Column("category", gettext_noop("Category")),
    Column("method", gettext_noop("Method"), ("methodology",)),
    Column("phase", gettext_noop("Phase"), ("stage",)),
    Column("tags", gettext_noop("Tags"), ("labels", "keywords")),
    Column("confidential", gettext_noop("Confidential")),
    Column("start_baseline", gettext_noop("Start, baseline"), ("baseline start", "planned start")),
    Column("start_forecast", gettext_noop("Start, forecast"), ("forecast start", "start", "start date")),
    Column("start_actual", gettext_noop("Start, actual"), ("actual start",)),
    Column("finish_baseline", gettext_noop("Finish, baseline"), ("baseline finish", "planned finish", "planned end")),
    Column(
        "finish_forecast",
        gettext_noop("Finish, forecast"),
        ("forecast finish", "finish", "end", "end date", "finish date"),
    ),
    Column("finish_actual", gettext_noop("Finish, actual"), ("actual finish", "actual end")),
    Column("currency", gettext_noop("Currency")),
    Column("whole_life_cost", gettext_noop("Whole-life cost"), ("total cost", "whole life cost")),
    Column("budget", gettext_noop("Budget of the year"), ("budget", "annual budget")),
    Column(
        "forecast",
        gettext_noop("Forecast of the year"),
        ("forecast", "annual forecast"),
        (r"^forecast( of the year)? [a-z]{3}$",),
    ),
    Column("fiscal_year", gettext_noop("Fiscal year"), ("financial year",)),
    Column("cadence", gettext_noop("Report cadence"), ("reporting cadence", "cadence")),
    Column(ROW_VERSION, "Row version", help="Written by a download to be edited; left as it is."),
)
LABELS: Final = {column.name: column.label for column in COLUMNS} | {"absent": gettext_noop("Absent figures")}
NEVER_BLANK: Final = ("name", "currency", "cadence", "confidential")
"""What every project has; a row that came back from a download cannot empty it."""


@dataclass(frozen=True)
class Vocabulary:
    """The words a file may use: values of choices by their words, and objects by theirs, all case-folded.

    `custom` are the custom fields by the names of their columns; `shown` tells some words as people write them.
    """

    choices: Mapping[str, Mapping[str, str]]
    references: Mapping[str, Mapping[str, int]]
    custom: Mapping[str, Definition] = field(default_factory=dict)
    shown: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass
class ProjectRow:
    """What a row says of a project: only what it says. References are ids; `absent` are words instead of figures.

    `custom` are values of custom fields by the names of their columns, before their own rules.
    A row that was downloaded to be edited bears the version it had then; what is blank in it was emptied.
    """

    line: int
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    version: int | None = None

    @property
    def refused(self) -> bool:
        return any(message.level == ERROR for message in self.messages)


@dataclass(frozen=True)
class Style:
    """How a file writes dates and decimals, and what day it is read."""

    day_order: str
    decimals: str
    today: date


def style_of(table: Table, today: date, custom: Mapping[str, Definition]) -> Style:
    """Told by the cells that can be read in one way only."""
    days = [*DATES, *(name for name, known in custom.items() if known.type == d.DATE)]
    figures = [*AMOUNTS, *(name for name, known in custom.items() if known.type in d.NUMERIC)]
    dates = [cell for row in table.rows for name in days for cell in row.all(name)]
    amounts = [cell for row in table.rows for name in figures for cell in row.all(name)]
    return Style(day_order(dates), decimal_style(amounts), today)


def read_rows(table: Table, vocabulary: Vocabulary, today: date) -> list[ProjectRow]:
    """Every row of the file; a code that stands twice refuses all its rows."""
    style = style_of(table, today, vocabulary.custom)
    readers = readers_of(vocabulary, style)
    rows = [read_row(row, readers, vocabulary.custom, style) for row in table.rows]
    _refuse_repeated(rows)
    return rows


def _refuse_repeated(rows: Sequence[ProjectRow]) -> None:
    lines: dict[str, list[int]] = {}
    for row in rows:
        lines.setdefault(row.code.casefold(), []).append(row.line)
    for row in rows:
        same = lines[row.code.casefold()]
        if row.code and len(same) > 1:
            told = ", ".join(map(str, same[:MOST_TOLD])) + ("…" if len(same) > MOST_TOLD else "")
            reason = _("The code “%(code)s” stands on lines %(lines)s.", code=row.code, lines=told)
            row.messages.append(error("code", row.code, reason, _("Keep the right one of them.")))


def read_row(row: SourceRow, readers: Readers, custom: Mapping[str, Definition], style: Style) -> ProjectRow:
    """The values of a row; everything that could not be read is told in its messages."""
    found = ProjectRow(row.line)
    for name, read in readers.items():
        _read(row, found, name, read)
    found.code = found.values.pop("code", "")
    found.version = found.values.pop(ROW_VERSION, None)
    for name, known in custom.items():
        _read_custom(row, found, name, known, style)
    if found.version is not None:
        _empty_blank(row, found, custom)
    _check(row, found)
    return found


def readers_of(vocabulary: Vocabulary, style: Style) -> Readers:
    """How the cells of each column are read."""
    words = {**vocabulary.choices, **vocabulary.references}
    return {
        "code": _code,
        **{name: _line_reader(most) for name, most in LINES.items()},
        "description": lambda text: read_text(text, most=_DESCRIPTION_LENGTH),
        "tags": _tags,
        "confidential": _flag,
        "currency": _currency,
        **{name: _choice_reader(words[name], vocabulary.shown.get(name, ())) for name in (*CHOICES, *REFERENCES)},
        **{name: lambda text: read_date(text, order=style.day_order, today=style.today) for name in DATES},
        **{name: lambda text: read_amount(text, style=style.decimals) for name in AMOUNTS},
        ROW_VERSION: _version,
    }


def _empty_blank(row: SourceRow, found: ProjectRow, custom: Mapping[str, Definition]) -> None:
    """What is blank in a row that was downloaded with its values was emptied by a person."""
    for name in row.cells:
        if row.get(name) or name in ("code", ROW_VERSION):
            continue
        if name in custom:
            found.custom[name] = None
        elif name in NEVER_BLANK:
            found.messages.append(error(name, "", _("This cannot be empty."), _("Fill the cell in.")))
        else:
            found.values[name] = blank_of(name)


def blank_of(name: str) -> Any:
    """What a column holds when nothing is in it."""
    if name == "tags":
        return []
    return None if name in (*DATES, *AMOUNTS, *REFERENCES) else ""


def _read(row: SourceRow, found: ProjectRow, name: str, read: Any) -> None:
    written = row.get(name)
    if not written:
        return
    try:
        value = read(read_text(written))
    except BadCell as bad:
        found.messages.append(from_bad_cell(name, written, bad))
        return
    if isinstance(value, Absent):
        found.values[name], found.absent[name] = None, value.text
    elif isinstance(value, Amount):
        _keep_amount(found, name, written, value)
    else:
        found.values[name] = value


def _read_custom(row: SourceRow, found: ProjectRow, name: str, known: Definition, style: Style) -> None:
    """The cell of a custom field; words instead of a figure or a day leave what is there."""
    written = row.get(name)
    if not written:
        return
    try:
        value = _plain_custom(known, read_text(written), style)
    except BadCell as bad:
        found.messages.append(from_bad_cell(name, written, bad))
    else:
        if value is not None:
            found.custom[name] = value


def _plain_custom(known: Definition, text: str, style: Style) -> Any:
    """Days and figures as any file writes them, in the form that the field's own rules read; the rest as it is."""
    if known.type == d.DATE:
        day = read_date(text, order=style.day_order, today=style.today)
        return None if isinstance(day, Absent) else day.isoformat()
    if known.type not in d.NUMERIC:
        return text
    amount = read_amount(text, style=style.decimals)
    if isinstance(amount, Absent):
        return None
    if known.type == d.MONEY:
        return {"amount": str(amount.value), "currency": amount.currency or known.unit}
    return f"{amount.value:f}"


def _keep_amount(found: ProjectRow, name: str, written: str, amount: Amount) -> None:
    currency = found.values.get("currency") or amount.currency
    if amount.currency and currency != amount.currency:
        reason = _("The amount is in %(found)s, the row in %(said)s.", found=amount.currency, said=currency)
        found.messages.append(error(name, written, reason, _("Give one currency a project.")))
        return
    if currency:
        found.values["currency"] = currency
    found.values[name] = amount.value.quantize(_PENNY)


def _code(text: str) -> str:
    if not _CODE.match(text):
        raise BadCell(
            _("“%(cell)s” is no code.", cell=excerpt(text)),
            _("A code has 1 to 40 letters, digits, dots, dashes or underscores, without spaces."),
        )
    return text


def _line_reader(most: int) -> Any:
    return lambda text: read_line(text, most=most)


def _tags(text: str) -> list[str]:
    tags = [read_line(tag, most=40) for tag in re.split(r"[,;|]", text) if tag.strip()]
    if len(tags) > MOST_TAGS:
        raise BadCell(_("There are more than %(most)s tags.", most=MOST_TAGS), _("Keep the telling ones."))
    return tags


def _flag(text: str) -> bool:
    value = _YES.get(text.casefold())
    if value is None:
        raise BadCell(_("“%(cell)s” is neither yes nor no.", cell=excerpt(text)), _("Write yes or no."))
    return value


def _currency(text: str) -> str:
    if not _CURRENCY.match(text.upper()):
        raise BadCell(_("“%(cell)s” is no currency.", cell=excerpt(text)), _("Write three letters such as EUR."))
    return text.upper()


def _choice_reader(known: Mapping[str, Any], shown: Sequence[str]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if text.casefold() not in known:
            some = ", ".join(list(shown)[:MOST_TOLD]) or "–"
            raise BadCell(_("“%(cell)s” is not known here.", cell=excerpt(text)), _("Known: %(some)s.", some=some))
        return known[text.casefold()]

    return read


def _version(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadCell(
            _("“%(cell)s” is no version of a row.", cell=excerpt(text)),
            _("Leave this column as it was downloaded; empty it in rows that are new."),
        )
    return int(text)


def _check(row: SourceRow, found: ProjectRow) -> None:
    if not found.code and not row.get("code"):
        remedy = _("Give each project its code: without one the next import would make it again.")
        found.messages.append(error("code", "", _("The row has no code."), remedy))
    if row.surplus:
        reason = _("The row has %(count)s filled cells more than there are headers.", count=row.surplus)
        found.messages.append(error("", "", reason, _("Put text that holds the delimiter between quotation marks.")))


def check_dates(values: Mapping[str, Any]) -> Sequence[Message]:
    """The baseline of a whole project, old and new values together, must not end before it begins."""
    start, finish = values.get("start_baseline"), values.get("finish_baseline")
    if start and finish and start > finish:
        reason = _("The baseline would end (%(finish)s) before it begins (%(start)s).", start=start, finish=finish)
        return [error("finish_baseline", finish.isoformat(), reason, _("Correct one of the two dates."))]
    return []
