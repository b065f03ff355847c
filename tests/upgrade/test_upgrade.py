"""A database of the previous version, filled by that version itself, migrates with every value where it was."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from psycopg2 import sql

from pmo.embedded.home import PROJECT

pytestmark = [pytest.mark.faults, pytest.mark.slow]
PREVIOUS = "59ca424"
"""The commit whose seeded database is the previous version's."""
NO_LONGER_INSTALLED = ("django_structlog",)
"""Packages that the previous version names among its apps; none has a table."""
BACK_AND_FORTH = """
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.migrate([(app, None) for app in sorted(executor.loader.migrated_apps)])
"""
MOVED = ("email", "first_name", "job_title", "last_name", "username")
"""Personal details in the history of users, which went to where they can be erased."""
GROWN = {
    "access_rolepermission",
    "audit_trackedrolepermissionevent",
    "auth_permission",
    "django_content_type",
    "django_migrations",
}
"""Tables that a new version adds rows to: what roles may, and the frameworks' own lists."""
Rows = dict[str, list[tuple[str | None, ...]]]


class Database:
    """A database of this experiment and the settings that lead to it."""

    def __init__(self, name: str) -> None:
        self.name, given = name, os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
        self.url = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
        self.admin = urlunsplit(urlsplit(given)._replace(path="/postgres"))

    def again(self, *, keep: bool) -> None:
        with closing(psycopg2.connect(self.admin)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))
                if keep:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))

    def python(self, tree: Path, *words: str) -> str:
        told = {
            "DATABASE_URL": self.url,
            "DATABASE_OWNER_URL": self.url,
            "PMO_AS_OWNER": "true",
            "PMO_ENV": "development",
        }
        done = subprocess.run([sys.executable, *words], cwd=tree, env=os.environ | told, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def columns(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for table, column in self.rows(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN pg_tables t"
            " ON t.tablename = c.table_name AND t.schemaname = c.table_schema"
            " WHERE c.table_schema = 'public' AND c.is_generated = 'NEVER' ORDER BY 1, 2"
        ):
            found.setdefault(table, []).append(column)
        return found

    def content(self, columns: dict[str, list[str]]) -> Rows:
        """The rows of each table, each value as text, in no order of their own."""
        return {table: sorted(self.table(table, names), key=repr) for table, names in columns.items()}

    def table(self, table: str, columns: list[str]) -> list[Any]:
        fields = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in columns)
        return self.rows(sql.SQL("SELECT {} FROM {}").format(fields, sql.Identifier(table)))

    def rows(self, query: Any) -> list[Any]:
        with closing(psycopg2.connect(self.url)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()


@pytest.fixture
def database(worker_id: str) -> Iterator[Database]:
    made = Database(f"{os.environ.get('PMO_TEST_DB', 'test_pmo')}_upgrade_{worker_id}")
    made.again(keep=True)
    yield made
    made.again(keep=False)


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    """The tree of the previous version."""
    archive = subprocess.run(["git", "archive", PREVIOUS], cwd=PROJECT, capture_output=True)
    if archive.returncode:
        pytest.skip(f"this copy of the repository does not hold the commit {PREVIOUS}")
    subprocess.run(["tar", "--extract"], cwd=tmp_path, input=archive.stdout, check=True)
    for name in NO_LONGER_INSTALLED:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    return tmp_path


def test_every_value_of_the_previous_version_is_there_after_the_migration(database: Database, previous: Path) -> None:
    database.python(previous, "manage.py", "migrate", "--verbosity", "0")
    database.python(previous, "manage.py", "seed")
    old = database.columns()
    before = database.content(old)
    assert len(before["portfolio_project"]) == 60
    database.python(PROJECT, "manage.py", "migrate", "--verbosity", "0")
    new = database.columns()
    assert set(old) - set(new) == set()
    gone = {(table, name) for table, names in old.items() for name in names if name not in new[table]}
    assert gone == {("audit_trackeduserevent", name) for name in MOVED}
    kept = {table: [name for name in names if name in new[table]] for table, names in old.items()}
    expected, found = without_gone(before, old, kept), database.content(kept)
    assert {table for table in kept if expected[table] != found[table]} == GROWN
    assert {table: set(expected[table]) - set(found[table]) for table in GROWN} == {table: set() for table in GROWN}
    places = [old["audit_trackeduserevent"].index(name) for name in ("pgh_obj_id", *MOVED)]
    moved = {tuple(row[place] for place in places) for row in before["audit_trackeduserevent"]}
    assert moved - set(database.table("audit_personaldetailsevent", ["pgh_obj_id", *MOVED])) == set()


def without_gone(content: Rows, old: dict[str, list[str]], kept: dict[str, list[str]]) -> Rows:
    """Rows without the columns that the migration took away."""
    found = {}
    for table, names in kept.items():
        places = [old[table].index(name) for name in names]
        found[table] = sorted((tuple(row[place] for place in places) for row in content[table]), key=repr)
    return found


@pytest.mark.skipif("PMO_NIGHTLY" not in os.environ, reason="minutes of rendering states; PMO_NIGHTLY=1 runs it")
def test_every_migration_goes_back_to_nothing_and_forth_again(database: Database) -> None:
    database.python(PROJECT, "manage.py", "migrate", "--verbosity", "0")
    there = set(database.columns())
    database.python(PROJECT, "-c", BACK_AND_FORTH)
    assert set(database.columns()) == {"django_migrations"}
    database.python(PROJECT, "manage.py", "migrate", "--verbosity", "0")
    assert set(database.columns()) == there
