"""Writes many plain rows at once, for tables that no history follows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO
from typing import Any

from django.db import connection, models

ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def references_at_once() -> None:
    """Check references statement by statement for the rest of the transaction.

    Checks that wait for its end are a list that every row written by a history trigger makes the server walk: the
    time of a bulk load would grow with the square of its rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def copied(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY the rows into the table of a model; every column without a default of the database must be named."""
    lines = StringIO("".join("\t".join(map(_written, row)) + "\n" for row in rows))
    quote = connection.ops.quote_name
    named = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {quote(model._meta.db_table)} ({named}) FROM STDIN", lines)


def _written(value: Any) -> str:
    """A value in the text format of COPY."""
    if value is None:
        return "\\N"
    if isinstance(value, date):
        return value.isoformat()
    text = json.dumps(value) if isinstance(value, dict | list) else str(value)
    return text.translate(ESCAPED)
