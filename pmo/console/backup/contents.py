"""Counts and checksums of every table, computed inside PostgreSQL whatever the order of the rows."""

from __future__ import annotations

from typing import Any

from pmo.audit.kept import quoted, speak_canonically

TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r'
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname"""
SEQUENCES = """
    SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"""
# The sum of 60 bits of each row's SHA-256: no order to keep, so nothing to sort and no limit to the number of rows.
ROWS = """
    SELECT count(*), coalesce(sum(('x' || left(digest, 15))::bit(60)::int8), 0)
    FROM (SELECT encode(sha256(convert_to(t::text, 'UTF8')), 'hex') AS digest FROM {table} t) digests"""
MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY app, name"
HEAD = "SELECT number, hash FROM audit_seal ORDER BY number DESC LIMIT 1"


def tables(cursor: Any) -> dict[str, dict[str, Any]]:
    """Each table with its number of rows and its checksum; inside a transaction."""
    speak_canonically(cursor)
    cursor.execute(TABLES)
    return {name: _table(cursor, name) for (name,) in cursor.fetchall()}


def _table(cursor: Any, name: str) -> dict[str, Any]:
    cursor.execute(ROWS.format(table=quoted(name)))
    rows, checksum = cursor.fetchone()
    return {"rows": rows, "checksum": str(checksum)}


def sequences(cursor: Any) -> dict[str, int]:
    cursor.execute(SEQUENCES)
    return dict(cursor.fetchall())


def migrations(cursor: Any) -> list[str]:
    cursor.execute(MIGRATIONS)
    return [name for (name,) in cursor.fetchall()]


def head(cursor: Any) -> dict[str, Any] | None:
    """The head of the chain over history."""
    cursor.execute(HEAD)
    found = cursor.fetchone()
    return {"number": found[0], "hash": found[1]} if found else None
