"""Opens a stored file as the table that a profile reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from pmo.exchange import queries
from pmo.exchange.models import ImportRun
from pmo.exchange.offers import TEXT, WORKBOOK, Profile, Source
from pmo.exchange.rules.decoding import decode
from pmo.exchange.rules.grid import DELIMITER_NAMES, Grid, Record, read_grid
from pmo.exchange.rules.headers import Column, Table, arrange, find_headers
from pmo.exchange.rules.limits import Unreadable
from pmo.exchange.rules.mapping import ALIKE, IGNORED, Heading, headings, signature
from pmo.exchange.rules.plans import NOTE, Message
from pmo.exchange.rules.sentence import sentence as _
from pmo.exchange.rules.workbooks import is_workbook, read_workbook

WITHOUT_HEADERS = "no"
"""The answer of a person whose rows have no line of headers."""


class NeedsColumns(Exception):
    """A person must say what the columns mean before the rows can be read; `report` shows what they hold."""

    def __init__(self, report: dict[str, Any], error: Unreadable | None = None) -> None:
        super().__init__()
        self.report, self.error = report, error

    @property
    def told(self) -> list[Any]:
        """Why, and how to mend it, as runs keep it."""
        return [self.error.reason.stored(), self.error.remedy.stored()] if self.error else []


@dataclass(frozen=True)
class Reading:
    """A file as a table, how it was read, and remarks on it."""

    source: Source
    report: dict[str, Any]
    remarks: tuple[Message, ...]
    mapping: Mapping[str, str]


def read_source(run: ImportRun, profile: Profile) -> Reading:
    """The table of a run's file. Raises Unreadable, or NeedsColumns when only a person can tell."""
    with run.file.open("rb") as stored:
        data = stored.read(settings.IMPORT_MAX_BYTES + 1)
    grid, told, remarks = _grid(data, run, profile)
    if run.options.get("headers") == WITHOUT_HEADERS:
        grid = _with_letters(grid)
    columns = profile.columns
    headers = find_headers(grid, columns)
    known_by = signature(headers.keys)
    mapping = run.mapping or queries.remembered(run.mapped_as, known_by, run.requested_by)
    found = headings(headers, columns, mapping)
    told |= {"signature": known_by, "headers": [heading.stored() for heading in found]}
    _ask_when_unsure(run, profile, found, told, mapping)
    table = _table(grid, columns, mapping, told)
    told |= {"transposed": table.transposed, **_columns_told(table)}
    source = Source(_mended(table, run.edits), run.file_name)
    return Reading(source, told, (*remarks, *_sideways(table.transposed)), mapping)


def _grid(data: bytes, run: ImportRun, profile: Profile) -> tuple[Grid, dict[str, Any], tuple[Message, ...]]:
    """The cells of a file of either format, when the profile reads that format."""
    if WORKBOOK in profile.formats and (is_workbook(data) or TEXT not in profile.formats):
        grid, sheet, sheets = read_workbook(data, run.options.get("sheet", ""))
        return grid, {"sheet": sheet, "sheets": list(sheets)}, ()
    decoded = decode(data, run.options.get("encoding", ""))
    grid = read_grid(decoded.text)
    told = {"encoding": decoded.encoding, "delimiter": DELIMITER_NAMES.get(grid.delimiter, "")}
    return grid, told, tuple(_lost_characters(decoded.replaced))


def _with_letters(grid: Grid) -> Grid:
    """The grid below a line of headers of our own, for rows that have none."""
    names = tuple(str(_("Column %(place)s", place=place)) for place in range(1, grid.width + 1))
    return Grid((Record(0, names, len(names)), *grid.records), grid.delimiter)


def _ask_when_unsure(
    run: ImportRun, profile: Profile, found: Sequence[Heading], told: dict[str, Any], mapping: Mapping[str, str]
) -> None:
    unsure = profile.asks_unknown and any(heading.how in (ALIKE, IGNORED) for heading in found)
    if run.asks and unsure and not mapping:
        raise NeedsColumns(told)


def _table(grid: Grid, columns: Sequence[Column], mapping: Mapping[str, str], told: dict[str, Any]) -> Table:
    try:
        table = arrange(grid, columns, mapping)
        _require_columns(columns, table.headers.missing)
    except Unreadable as error:
        raise NeedsColumns(told, error) from error
    return table


def _columns_told(table: Table) -> dict[str, Any]:
    headers = table.headers
    return {
        "columns": {name: [headers.texts[place] for place in places] for name, places in headers.positions.items()},
        "places": {name: places[0] + 1 for name, places in headers.positions.items()},
        "duplicates": list(headers.duplicates),
        "unknown": list(headers.unknown),
    }


def _mended(table: Table, edits: Mapping[str, Mapping[str, str]]) -> Table:
    """The table with the cells that a person corrected in the preview."""
    if not edits:
        return table
    rows = tuple(
        replace(row, cells={**row.cells, **{name: (text,) for name, text in edits[str(row.line)].items()}})
        if str(row.line) in edits
        else row
        for row in table.rows
    )
    return replace(table, rows=rows)


def _require_columns(columns: Sequence[Column], missing: Sequence[str]) -> None:
    if missing:
        labels = ", ".join(column.label for column in columns if column.name in missing)
        raise Unreadable(
            _("The file lacks a column that is needed: %(columns)s.", columns=labels),
            _("Add the column, or rename the one that holds it, and upload the file again."),
        )


def _lost_characters(count: int) -> list[Message]:
    if not count:
        return []
    reason = _("Bytes that stand for no character are shown as “�”: %(count)s.", count=count)
    return [Message(NOTE, "", "", reason, _("Save the file as “CSV UTF-8” to keep them."))]


def _sideways(transposed: bool) -> list[Message]:
    if not transposed:
        return []
    return [Message(NOTE, "", "", _("The file holds one project a column; what is called line here counts columns."))]
