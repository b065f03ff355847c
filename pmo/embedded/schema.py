"""Decides without starting Django whether the database needs migrations or the sample portfolio."""

import hashlib
import json
from collections.abc import Collection
from pathlib import Path

import psycopg2

from pmo.embedded.home import PROJECT, Home, write_private

APPLIED = "SELECT coalesce(string_agg(app || '.' || name, ',' ORDER BY app, name), '') FROM django_migrations"
PEOPLE = "SELECT EXISTS (SELECT 1 FROM access_user WHERE password <> '' AND password NOT LIKE '!%')"
SAMPLE = "SELECT count(*) FROM access_user WHERE is_active AND username = ANY(string_to_array('{}', ','))"
PROJECTS = "SELECT EXISTS (SELECT 1 FROM portfolio_project)"


def migration_files() -> list[Path]:
    return sorted(path for path in PROJECT.glob("*/**/migrations/*.py") if ".venv" not in path.parts)


def wanted() -> str:
    """A digest of every migration this version can apply, ours and the libraries'."""
    digest = hashlib.sha256((PROJECT / "requirements.lock").read_bytes())
    for path in migration_files():
        digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def applied(owner_url: str) -> str:
    """A digest of what the database says was applied, empty when it was never migrated."""
    return hashlib.sha256(answer(owner_url, APPLIED).encode()).hexdigest() if has_table(owner_url) else ""


def has_table(url: str) -> bool:
    return answer(url, "SELECT coalesce(to_regclass('django_migrations')::text, '')") != ""


def answer(url: str, question: str) -> str:
    connection = psycopg2.connect(url, connect_timeout=10)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
            return str(row[0]) if row else ""
    finally:
        connection.close()


def stamp(home: Home) -> Path:
    return home.var / "migrated.json"


def is_current(home: Home, owner_url: str) -> bool:
    """Whether nothing changed, on disk or in the database, since the last successful migration."""
    path = stamp(home)
    if not path.exists():
        return False
    noted = json.loads(path.read_text(encoding="utf-8"))
    return bool(noted == {"wanted": wanted(), "applied": applied(owner_url)})


def note_current(home: Home, owner_url: str) -> None:
    write_private(stamp(home), json.dumps({"wanted": wanted(), "applied": applied(owner_url)}))


def is_empty(url: str) -> bool:
    """Whether nobody can sign in and there is no project: only then is the sample portfolio planted."""
    return awaits_first_person(url) and answer(url, PROJECTS) == "False"


def awaits_first_person(url: str) -> bool:
    return answer(url, PEOPLE) == "False"


def has_people(url: str, names: Collection[str]) -> bool:
    """Whether everybody of that list can sign in."""
    return answer(url, SAMPLE.format(",".join(names))) == str(len(names))
