"""From an Excel workbook to records: the sheet that holds the rows, its cells as text, formulas by their address."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from python_calamine import CalamineError, CalamineWorkbook

from pmo.exchange.rules.archives import Parts, damaged, open_parts, too_large
from pmo.exchange.rules.grid import Grid, Record, collect
from pmo.exchange.rules.limits import LIMITS, Limits, Unreadable
from pmo.exchange.rules.sentence import excerpt
from pmo.exchange.rules.sentence import sentence as _

SIGNATURE: Final = b"PK\x03\x04"
FORMULA: Final = "=…"
"""What stands for a formula: text that every reader of cells refuses, whatever value the workbook keeps beside it."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ALSO_READ = ("[Content_Types].xml", "_rels/.rels", "xl/styles.xml", "xl/sharedStrings.xml")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook and the part of the archive that holds it."""

    name: str
    part: str
    visible: bool = True


@dataclass
class _Extent:
    """What a sheet holds, counted while its markup passes by."""

    sheet: str
    limits: Limits
    rows: int = 0
    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    here: str = ""
    formulas: set[tuple[int, int]] = field(default_factory=set)

    def see(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self.rows += 1
            if self.rows > self.limits.sheet_rows:
                raise _too_many_rows(self.sheet, self.limits)
        elif name == "c":
            self.cells += 1
            self.here = attributes.get("r", "")
            self._measure()
        elif name == "f" and self.here:
            self.formulas.add(place_of(self.here))

    def _measure(self) -> None:
        row, column = place_of(self.here) if self.here else (self.rows, 0)
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)
        if self.last_row > self.limits.sheet_rows:
            raise _too_many_rows(self.sheet, self.limits)
        if self.cells > self.limits.cells or self.last_column > self.limits.columns:
            raise too_large(self.limits)
        if self.last_row * self.last_column > self.limits.cells:
            raise too_large(self.limits)


def _too_many_rows(sheet: str, limits: Limits) -> Unreadable:
    return Unreadable(
        _(
            "The sheet “%(sheet)s” has more than %(most)s rows, blank ones included.",
            sheet=excerpt(sheet),
            most=limits.rows,
        ),
        _("Delete the blank rows below the data, or split the file, save it, and upload it again."),
    )


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a zip archive, as every .xlsx is."""
    return data.startswith(SIGNATURE)


def read_workbook(data: bytes, wanted: str = "", limits: Limits = LIMITS) -> tuple[Grid, str, tuple[str, ...]]:
    """The records of a sheet, its name, and the names of all visible ones. Raises Unreadable.

    `wanted` names the sheet; without it the first visible one that holds several columns is taken.
    """
    parts = open_parts(data, limits)
    sheets = _sheets(parts, limits)
    for name in _ALSO_READ:
        if name in parts.archive.NameToInfo:
            parts.read(name)
    names = tuple(sheet.name for sheet in sheets if sheet.visible)
    sheet, grid = _chosen(parts, sheets, wanted, limits)
    return grid, sheet.name, names


def _chosen(parts: Parts, sheets: list[Sheet], wanted: str, limits: Limits) -> tuple[Sheet, Grid]:
    if wanted:
        sheet = next((each for each in sheets if each.name == wanted), None)
        if sheet is None:
            raise _no_sheet(wanted, sheets)
        return sheet, _grid(parts, sheet, limits)
    refused: Unreadable | None = None
    for sheet in [each for each in sheets if each.visible] or sheets:
        try:
            grid = _grid(parts, sheet, limits)
        except _NoRows as empty:
            refused = empty
            continue
        if grid.width > 1 and len(grid.records) > 1:
            return sheet, grid
        refused = refused or _NoRows()
    raise refused or _NoRows()


class _NoRows(Unreadable):
    """A sheet without rows."""

    def __init__(self) -> None:
        super().__init__(
            _("No sheet of the workbook holds a table."),
            _("Upload a workbook with a row of headers and at least one row below it."),
        )


def _no_sheet(wanted: str, sheets: Iterable[Sheet]) -> Unreadable:
    names = ", ".join(excerpt(sheet.name) for sheet in sheets if sheet.visible)
    return Unreadable(
        _("The workbook has no sheet “%(wanted)s”.", wanted=excerpt(wanted)), _("Its sheets: %(names)s.", names=names)
    )


def _sheets(parts: Parts, limits: Limits) -> list[Sheet]:
    targets = {
        each.get("Id", ""): _part_name(each.get("Target", "")) for each in _elements(parts, _RELATIONS, "Relationship")
    }
    found = [
        Sheet(each.get("name", ""), targets.get(_relation(each), ""), each.get("state", "visible") == "visible")
        for each in _elements(parts, _WORKBOOK, "sheet")
    ]
    found = [sheet for sheet in found if sheet.part.startswith("xl/worksheets/")]
    if not found:
        raise damaged()
    return found[: limits.sheets]


def _elements(parts: Parts, part: str, name: str) -> list[Element]:
    root = fromstring(parts.read(part), forbid_dtd=True)
    return [each for each in root.iter() if each.tag.rpartition("}")[2] == name]


def _relation(sheet: Element) -> str:
    return sheet.get(_RELATION) or sheet.get(_STRICT_RELATION) or ""


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _grid(parts: Parts, sheet: Sheet, limits: Limits) -> Grid:
    extent = _Extent(sheet.name, limits)
    parts.read(sheet.part, extent.see)
    if not extent.cells:
        raise _NoRows
    rows = _rows(parts, sheet)
    try:
        return collect(_records(rows, extent.formulas), "", limits)
    except Unreadable:
        if not any(any(row) for row in _rows(parts, sheet)):
            raise _NoRows from None
        raise


def _rows(parts: Parts, sheet: Sheet) -> Iterator[list[Any]]:
    try:
        book = CalamineWorkbook.from_filelike(parts.packed())
        found = book.get_sheet_by_name(sheet.name)
        yield from found.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError):
        raise damaged() from None


def _records(rows: Iterable[list[Any]], formulas: set[tuple[int, int]]) -> Iterator[Record]:
    for line, row in enumerate(rows, start=1):
        cells = tuple(
            FORMULA if (line, column) in formulas else text_of(value) for column, value in enumerate(row, start=1)
        )
        yield Record(line, cells, len(cells))


def text_of(value: Any) -> str:
    """A typed cell as text that can be read in one way: days as 2026-03-31, numbers with a point and no separators."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value.total_seconds() if isinstance(value, timedelta) else value)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    plain = f"{value:.12f}".rstrip("0")
    # Three decimals alone could be a separator of thousands.
    return f"{plain}0" if len(plain.partition(".")[2]) == 3 else plain


def place_of(address: str) -> tuple[int, int]:
    """Row and column of an address such as B12, both from 1. Raises Unreadable."""
    letters = address.rstrip("0123456789")
    digits = address[len(letters) :]
    if not digits or not letters.isascii() or not letters.isalpha() or len(letters) > 3 or len(digits) > 7:
        raise damaged()
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def address_of(line: int, column: int) -> str:
    """The address of a cell, such as B12; row and column from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{line}"
