"""Rows as a file: exact values, streamed, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import gettext as _

from pmo.ui.columns import Typed

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM: Final = "\ufeff"
KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


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


def about_sheet(lines: Iterable[tuple[str, str]]) -> Sheet:
    """What the file is about: filter in words, when, by whom, how many rows."""
    return Sheet(_("About"), (), ([Typed(name), Typed(text)] for name, text in lines))
