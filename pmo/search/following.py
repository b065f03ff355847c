"""Keeps the index in step with its tables: triggers made from the declared sources, laid anew after migrations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.db import connections, models, transaction

from pmo.search.models import Entry
from pmo.ui.offers import SEARCH, Parent, Parts, SearchSource

OURS: Final = "search_follow_"
EVENTS: Final = {
    "insert": "REFERENCING NEW TABLE AS changed",
    "update": "REFERENCING NEW TABLE AS changed OLD TABLE AS former",
    "delete": "REFERENCING OLD TABLE AS changed",
}
TABLE: Final = Entry._meta.db_table
COLUMNS: Final = ", ".join(Entry.WRITTEN)


# --- the words of one kind as SQL -----------------------------------------------------------------------------------
def _words(source: SearchSource, cursor: Any) -> str:
    """The rows that the index should have for this kind."""
    sql, params = source.entries().query.sql_with_params()
    plain = cursor.mogrify(sql, params)
    text = plain.decode() if isinstance(plain, bytes) else str(plain)
    named = ", ".join(f"words.entry_{column}" for column in Entry.WRITTEN)
    return f"SELECT '{source.kind}' AS kind, words.entry_object_id AS object_id, {named} FROM ({text}) AS words"  # noqa: S608


def _writing(source: SearchSource, cursor: Any) -> str:
    """The function that writes the words of some objects; what stays the same is not written again."""
    told = ", ".join(f"{column} = EXCLUDED.{column}" for column in Entry.WRITTEN)
    here = ", ".join(f"{TABLE}.{column}" for column in Entry.WRITTEN)
    there = ", ".join(f"EXCLUDED.{column}" for column in Entry.WRITTEN)
    return f"""
        CREATE OR REPLACE FUNCTION {OURS}{source.kind}(ids bigint[]) RETURNS void LANGUAGE sql AS $body$
            INSERT INTO {TABLE} (kind, object_id, {COLUMNS})
            {_words(source, cursor)} WHERE words.entry_object_id = ANY (ids) ORDER BY words.entry_object_id
            ON CONFLICT (kind, object_id) DO UPDATE SET {told} WHERE ({here}) IS DISTINCT FROM ({there})
        $body$"""


# --- triggers ---------------------------------------------------------------------------------------------------------
def _column(model: type[models.Model], field: str) -> str:
    column: Any = model._meta.get_field(field)
    return f'"{column.column}"'


def _table(model: type[models.Model]) -> str:
    return f'"{model._meta.db_table}"'


def _own(source: SearchSource) -> Iterator[tuple[str, str, str]]:
    """(table, event, what to do) for the objects themselves."""
    key = _column(source.model, "id")
    write = f"PERFORM {OURS}{source.kind}(ARRAY(SELECT {key} FROM changed));"  # noqa: S608
    table = _table(source.model)
    yield table, "insert", write
    yield table, "update", write
    forget = f"DELETE FROM {TABLE} WHERE kind = '{source.kind}' AND object_id IN (SELECT {key} FROM changed);"  # noqa: S608
    yield table, "delete", forget


def _of_parts(source: SearchSource, parts: Parts) -> Iterator[tuple[str, str, str]]:
    key = _column(parts.model, parts.field)
    one = f"SELECT {key} FROM changed"  # noqa: S608
    both = f"{one} UNION SELECT {key} FROM former"  # noqa: S608
    for event in EVENTS:
        ids = both if event == "update" else one
        yield _table(parts.model), event, f"PERFORM {OURS}{source.kind}(ARRAY({ids}));"


def _of_parent(source: SearchSource, parent: Parent) -> Iterator[tuple[str, str, str]]:
    above: Any = source.model._meta.get_field(parent.field).related_model
    key, link = _column(above, "id"), _column(source.model, parent.field)
    told = " OR ".join(
        f"c.{name} IS DISTINCT FROM f.{name}" for name in (_column(above, each) for each in parent.columns)
    )
    ids = (
        f"SELECT s.{_column(source.model, 'id')} FROM {_table(source.model)} s"  # noqa: S608
        f" JOIN changed c ON s.{link} = c.{key} JOIN former f ON f.{key} = c.{key} WHERE {told}"
    )
    yield _table(above), "update", f"PERFORM {OURS}{source.kind}(ARRAY({ids}));"


def _triggers(source: SearchSource) -> list[tuple[str, str, str]]:
    found = list(_own(source))
    for parts in source.parts:
        found += _of_parts(source, parts)
    for parent in source.parents:
        found += _of_parent(source, parent)
    return found


def _laid(source: SearchSource, cursor: Any) -> list[str]:
    """Every statement that makes the tables of a kind tell the index."""
    statements = [_writing(source, cursor)]
    for number, (table, event, act) in enumerate(_triggers(source)):
        name = f"{OURS}{source.kind}_{number}"
        statements += [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $body$ BEGIN {act} RETURN NULL; END $body$",
            f"CREATE OR REPLACE TRIGGER {name} AFTER {event.upper()} ON {table} {EVENTS[event]}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        ]
    return statements


# --- laying, taking up, writing anew ----------------------------------------------------------------------------------
def lay(using: str = "default") -> bool:
    """Make index and tables agree; nothing to do, and False, when the same triggers stand already."""
    with connections[using].cursor() as cursor:
        plans = {source.kind: _laid(source, cursor) for source in SEARCH.all()}
        mark = hashlib.sha256(repr(plans).encode()).hexdigest()
        if _mark(cursor) == mark:
            return False
        with transaction.atomic(using=using):
            take_up(using)
            for statements in plans.values():
                for statement in statements:
                    cursor.execute(statement)
            cursor.execute(f"COMMENT ON TABLE {TABLE} IS %s", [mark])
            rebuild(using)
            cursor.execute(f"ANALYZE {TABLE}")
    return True


def _mark(cursor: Any) -> str | None:
    cursor.execute("SELECT obj_description(%s::regclass, 'pg_class')", [TABLE])
    found: str | None = cursor.fetchone()[0]
    return found


def take_up(using: str = "default") -> None:
    """Drop the triggers, so that tables can be rebuilt beneath them; `lay` writes the index anew afterwards."""
    with connections[using].cursor() as cursor:
        if TABLE not in connections[using].introspection.table_names(cursor):
            return
        cursor.execute(f"COMMENT ON TABLE {TABLE} IS NULL")
        cursor.execute("SELECT oid::regprocedure::text FROM pg_proc WHERE starts_with(proname, %s)", [OURS])
        for (function,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {function} CASCADE")


@contextmanager
def laid_aside(using: str = "default") -> Iterator[None]:
    """For a bulk load by the owner of the tables: nothing follows meanwhile, afterwards the index is written anew.

    Anybody else may not lay triggers, so for them the index follows row by row.
    """
    with connections[using].cursor() as cursor:
        owner = _owns(cursor)
    if not owner:
        yield
        return
    with transaction.atomic(using=using):
        take_up(using)
        yield
        lay(using)


def rebuild(using: str = "default") -> int:
    """Write every entry anew; returns how many there are.

    The owner of the table lays its large indexes aside meanwhile, which is several times faster; searches then wait.
    Anybody else replaces row by row.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if not _owns(cursor):
            cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608
            return _write_all(cursor)
        cursor.execute(f"TRUNCATE {TABLE}")
        large = [index for index in Entry._meta.indexes if isinstance(index, GinIndex)]
        with connections[using].schema_editor(atomic=False) as editor:
            for index in large:
                editor.remove_index(Entry, index)
            written = _write_all(cursor)
            for index in large:
                editor.add_index(Entry, index)
    return written


def _owns(cursor: Any) -> bool:
    cursor.execute("SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = %s::regclass", [TABLE])
    return bool(cursor.fetchone()[0])


def _write_all(cursor: Any) -> int:
    written = 0
    for source in SEARCH.all():
        cursor.execute(f"INSERT INTO {TABLE} (kind, object_id, {COLUMNS}) {_words(source, cursor)}")
        written += cursor.rowcount
    return written


def differences(using: str = "default") -> dict[str, int]:
    """How many entries of each kind are missing, left over or outdated; empty when the index is right."""
    found: dict[str, int] = {}
    with connections[using].cursor() as cursor:
        for source in SEARCH.all():
            should, have = _words(source, cursor), f"SELECT kind, object_id, {COLUMNS} FROM {TABLE}"  # noqa: S608
            have = f"{have} WHERE kind = '{source.kind}'"
            cursor.execute(
                f"SELECT count(DISTINCT object_id) FROM (({should} EXCEPT {have})"  # noqa: S608
                f" UNION ALL ({have} EXCEPT {should})) AS apart"
            )
            number = cursor.fetchone()[0]
            found |= {source.kind: number} if number else {}
    return found


def before_migrations(sender: Any, plan: Any = (), using: str = "default", **_kwargs: Any) -> None:
    """Runs before the first app migrates: a table that changes its shape must not be read by a trigger."""
    if plan and sender.label == next(iter(apps.get_app_configs())).label:
        take_up(using)


def after_migrations(sender: Any, using: str = "default", **_kwargs: Any) -> None:
    """Runs when the last app has migrated."""
    if sender.label == list(apps.get_app_configs())[-1].label and _is_whole(using):
        lay(using)


def _is_whole(using: str) -> bool:
    """Whether every table of every source is there; a database that was migrated back in part has no index."""
    tables = set(connections[using].introspection.table_names())
    return TABLE in tables and all(source.model._meta.db_table in tables for source in SEARCH.all())
