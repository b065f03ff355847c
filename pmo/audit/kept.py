"""The tables of history that are sealed, and the canonical digest of their rows, computed inside PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pghistory
from django.apps import apps
from django.db import connection, models

from pmo.audit.models import Record

APPEND_ONLY_TABLES = ("workflow_transition",)
"""Tables beside records and events whose rows are only ever added."""


@dataclass(frozen=True)
class Kept:
    """A sealed table: its key, the column of its time, the columns that count, and whether a context tells who."""

    table: str
    key: str
    time: str
    columns: tuple[str, ...]
    has_context: bool

    @property
    def stamped(self) -> bool:
        """Whether the database itself stamps the rows, so that none can carry an earlier time honestly."""
        return self.has_context

    def source(self) -> str:
        """The rows as `t`, with who wrote them as `c`."""
        return f"{quoted(self.table)} t{self._writers()}"

    def joined(self, condition: str) -> str:
        """The same, joined where the condition on {key} holds."""
        return f"JOIN {quoted(self.table)} t ON {condition.format(key=f't.{quoted(self.key)}')}{self._writers()}"

    def _writers(self) -> str:
        return " LEFT JOIN pghistory_context c ON c.id = t.pgh_context_id" if self.has_context else ""

    def leaf(self, columns: Iterable[str]) -> str:
        """The digest of one row; who wrote it and why are part of it."""
        row = f"ROW({', '.join(f't.{quoted(column)}' for column in columns)})::text"
        context = " || coalesce(c.metadata::text, '')" if self.has_context else ""
        return f"sha256(convert_to({row}{context}, 'UTF8'))"


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def kept_models() -> list[type[models.Model]]:
    """Every model whose rows are only ever added: events, records, transitions; personal details can be erased."""
    events = [model for model in pghistory.core.event_models() if not getattr(model, "erasable", False)]
    others = [model for model in apps.get_models() if model._meta.db_table in APPEND_ONLY_TABLES]
    return [*events, Record, *others]


def kept_tables() -> list[Kept]:
    """The sealed tables by name, without those of a version whose migrations have not run yet."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    found = (_kept(model) for model in kept_models() if model._meta.db_table in there)
    return sorted(found, key=lambda each: each.table)


def _kept(model: Any) -> Kept:
    columns = tuple(field.column for field in model._meta.concrete_fields)
    event = "pgh_created_at" in columns
    key = model._meta.pk.column
    return Kept(model._meta.db_table, key, "pgh_created_at" if event else "at", columns, "pgh_context_id" in columns)


def speak_canonically(cursor: Any) -> None:
    """Until the end of the transaction values are written in one way, whatever the session prefers."""
    cursor.execute(
        "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';"
        "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'"
    )


def existing_columns(cursor: Any, table: str) -> set[str]:
    return {each.name for each in connection.introspection.get_table_description(cursor, table)}
