"""Rows as a file: exact values, streamed, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from django.http import StreamingHttpResponse
from django.utils.text import slugify

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM: Final = "\ufeff"


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
    response = StreamingHttpResponse(csv_lines(head, rows, bom=bom), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "list"}-{day.isoformat()}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
