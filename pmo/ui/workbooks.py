"""Rows as a workbook. What writes it is large: import this where one is written, not where pages are declared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from pmo.ui.columns import Typed
from pmo.ui.exports import Sheet

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_CELL = 32_767
_WIDEST = 60


def workbook(data: Sheet, others: Iterable[Sheet]) -> bytes:
    """A workbook written row by row: the data with frozen head and filter, then what tells about them."""
    book = Workbook(write_only=True)
    _write(book, data, filtered=True)
    for each in others:
        _write(book, each, filtered=False)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _write(book: Any, data: Sheet, *, filtered: bool) -> None:
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", data.title)[:31])
    for place, label in enumerate(data.head, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(len(label) + 4, 14), _WIDEST)
    sheet.freeze_panes = "B2" if filtered else None
    if data.head:
        sheet.append([_head_cell(sheet, label) for label in data.head])
    count = 1
    for count, row in enumerate(data.rows, start=2):  # noqa: B007 (the last number is used below)
        sheet.append([_cell(sheet, each) for each in row])
    if filtered and data.head:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(data.head))}{count}"


def _head_cell(sheet: Any, label: str) -> Any:
    cell = _cell(sheet, Typed(label))
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="EEF1F4")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, typed: Typed) -> Any:
    """A cell of its own type; text is always text, so that nothing in it is taken for a formula."""
    value = typed.value
    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet, value)
        if typed.number_format:
            cell.number_format = typed.number_format
        return cell
    cell = WriteOnlyCell(sheet, _UNSTORABLE.sub("", value)[:_LONGEST_CELL])
    cell.data_type = "s"
    return cell
