"""The databases of a test run: one is migrated in a process beside it, all others are copies; one holds the world."""

from __future__ import annotations

import base64
import hashlib
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

PATIENCE = 600.0
TOLD = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
TABLES = "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


@contextmanager
def _server() -> Iterator[Any]:
    """A cursor beside all databases of tests."""
    told = settings.DATABASES["default"]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    given = {ours: told[theirs] for ours, theirs in names.items() if told.get(theirs)}
    link = psycopg2.connect(dbname="postgres", **given)
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            yield cursor
    finally:
        link.close()


def _command(words: str) -> None:
    with _server() as cursor:
        cursor.execute(words)


def drop(name: str) -> None:
    _command(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy(source: str, name: str) -> None:
    drop(name)
    _command(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def _rename(name: str, to: str) -> None:
    _command(f'ALTER DATABASE "{name}" RENAME TO "{to}"')


def exists(name: str) -> bool:
    with _server() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def edition() -> str:
    """What a migrated and planted database depends on: migrations, shipped roles, and the day."""
    digest = hashlib.sha256(timezone.localdate().isoformat().encode())
    folders = [Path(each.path) / "migrations" for each in apps.get_app_configs()]
    for folder in (*folders, settings.BASE_DIR / "pmo" / "access"):
        for path in sorted(folder.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _told(name: str) -> list[str]:
    """What is noted about a database: its edition, and the small world as it was handed out."""
    with _server() as cursor:
        cursor.execute(TOLD, [name])
        found = cursor.fetchone()
    return str(found[0]).split() if found and found[0] else ["", ""]


def _tell(name: str, told: list[str]) -> None:
    _command(f"COMMENT ON DATABASE \"{name}\" IS '{' '.join(told)}'")


def is_current(name: str) -> bool:
    return _told(name)[0] == edition()


def planted(name: str) -> bytes:
    return base64.b64decode(_told(name)[1])


def use(name: str) -> None:
    """From now on this process works in the named database."""
    if connection.settings_dict["NAME"] != name:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@dataclass
class Templates:
    """What the copies are made of: `empty` as after the migrations, and `world` with the small world in it."""

    name: str
    maker: subprocess.Popen[bytes] | None = None
    log: Any = field(default_factory=tempfile.TemporaryFile)

    @property
    def empty(self) -> str:
        return f"{self.name}_empty"

    @property
    def world(self) -> str:
        return f"{self.name}_world"

    def begin(self) -> None:
        """Start the process that makes them; tests that need no database run meanwhile."""
        command = [sys.executable, "-m", "tests.database", self.empty, self.world]
        self.maker = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=self.log, stderr=subprocess.STDOUT)

    def copy(self, name: str) -> None:
        """Both for one process, as soon as they are there; the world's comes last."""
        deadline = time.monotonic() + PATIENCE
        while not exists(self.world):
            assert self.maker is None or not self.maker.poll(), self._said()
            assert time.monotonic() < deadline, f"The databases of this run are not there after {PATIENCE:.0f} s."
            time.sleep(0.3)
        copy(self.empty, name)
        copy(self.world, f"{name}_world")
        _tell(f"{name}_world", _told(self.world))

    def _said(self) -> str:
        self.log.seek(0)
        return str(self.log.read().decode(errors="replace"))

    def stop(self) -> None:
        """The process that makes them ends with the one that began it."""
        if self.maker is not None:
            self.maker.kill()
            self.maker.wait(30)
        self.log.close()

    def remove(self) -> None:
        for name in (self.empty, self.world):
            drop(f"{name}_half")
            drop(name)


def make(empty: str, world: str) -> None:
    """Both templates; each gets its name once it is whole."""
    half, green = f"{empty}_half", f"{world}_half"
    drop(half)
    _command(f'CREATE DATABASE "{half}"')
    _within(half, _migrate)
    copy(half, green)
    _tell(green, [edition(), base64.b64encode(_within(green, _plant)).decode()])
    _rename(half, empty)
    _rename(green, world)


def _within(name: str, work: Callable[[], Any]) -> Any:
    use(name)
    try:
        return work()
    finally:
        connection.close()


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _plant() -> bytes:
    from pmo.access.models import User
    from reporting.sample.small import plant_small

    with transaction.atomic():
        return pickle.dumps(plant_small(actor=User.objects.system(), today=timezone.localdate()))


class Emptying:
    """Brings the tables back to what they held; only those that hold something else are touched."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            tables = sorted(row[0] for row in cursor.fetchall())
            filled = self._filled(cursor, tables)
            self.empty = [table for table in tables if table not in filled]
            self.kept = {table: self._rows(cursor, table) for table in filled}

    @staticmethod
    def _filled(cursor: Any, tables: list[str]) -> list[str]:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables))
        return [row[0] for row in cursor.fetchall()]

    @staticmethod
    def _rows(cursor: Any, table: str) -> str:
        cursor.execute(f"SELECT jsonb_agg(to_jsonb(t) ORDER BY t::text)::text FROM {table} t")
        return str(cursor.fetchone()[0])

    def __call__(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            changed = [table for table, rows in self.kept.items() if self._rows(cursor, table) != rows]
            dirty = [*self._filled(cursor, self.empty), *changed]
            for table in dirty:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for table in dirty:
                cursor.execute(f"DELETE FROM {table}")
            for table in changed:
                cursor.execute(
                    f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s)", [self.kept[table]]
                )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in dirty:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


if __name__ == "__main__":
    import django

    django.setup()
    make(*sys.argv[1:3])
