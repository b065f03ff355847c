"""Rows as a file: exact values, streamed, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from pmo.ui.columns import Typed

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM: Final = "\ufeff"
KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_CELL = 32_767
_WIDEST = 60


def neutral(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers and dates pass as they are."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.lstrip(" \u00a0").startswith(DANGEROUS) or value.startswith(DANGEROUS) else value


class _Echo:
    """A file-like object that gives back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(head: Iterable[Any], rows: Iterable[Iterable[Any]], *, bom: bool = False) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180); `bom` helps spreadsheets that guess the encoding."""
    writer = csv.writer(_Echo())
    if bom:
        yield BOM
    yield writer.writerow([neutral(cell) for cell in head])
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in row])


def csv_response(
    name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]], *, bom: bool, day: date
) -> StreamingHttpResponse:
    """A download called <name>-<day>.csv."""
    response = StreamingHttpResponse(csv_lines(head, rows, bom=bom), content_type=KINDS["csv"])
    _as_download(response, file_name(name, "csv", day))
    return response


def file_response(name: str, kind: str, body: bytes, *, day: date) -> HttpResponse:
    """A download called <name>-<day>.<kind>."""
    response = HttpResponse(body, content_type=KINDS[kind])
    _as_download(response, file_name(name, kind, day))
    return response


def file_name(name: str, kind: str, day: date) -> str:
    return f"{slugify(name) or 'list'}-{day.isoformat()}.{kind}"


def _as_download(response: HttpResponseBase, name: str) -> None:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its head, and rows of typed cells."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Typed]]


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


def about_sheet(lines: Iterable[tuple[str, str]]) -> Sheet:
    """What the file is about: filter in words, when, by whom, how many rows."""
    return Sheet(_("About"), (), ([Typed(name), Typed(text)] for name, text in lines))
