"""The drill: what one machine backed up comes back on a machine that never saw it, row by row and byte by byte."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from pmo.embedded.home import PROJECT
from tests.faults.installation import Installation, new_installation

pytestmark = [pytest.mark.faults, pytest.mark.slow]
ATTACHED = "attachments/2026/plan.txt"


@pytest.fixture
def fresh() -> Iterator[Installation]:
    """Another machine, as far as a home can be one."""
    with new_installation() as made:
        yield made


def manage(installation: Installation, *words: str) -> str:
    """A command of the operator's in this home."""
    command = [sys.executable, "manage.py", *words]
    told = installation.environment | installation.addresses()
    done = subprocess.run(command, env=told, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(installation: Installation) -> dict[str, list[str]]:
    """Every row of every table as text, sorted."""
    found = {}
    with installation.database() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table)))
            found[table] = sorted(row for (row,) in cursor.fetchall())
    connection.close()
    return found


def history_is_closed(installation: Installation) -> bool:
    """Whether the application's role is refused to change history."""
    connection = psycopg2.connect(installation.addresses()["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE audit_record SET id = id")
    except psycopg2.errors.InsufficientPrivilege:
        return True
    finally:
        connection.close()
    return False


def test_a_backup_comes_back_whole_in_a_fresh_cluster(
    installation: Installation, fresh: Installation, tmp_path: Path
) -> None:
    installation.started()
    manage(installation, "migrate", "--verbosity", "0")
    manage(installation, "seed")
    attached = installation.home.var / "files" / ATTACHED
    attached.parent.mkdir(parents=True)
    attached.write_bytes(os.urandom(200_000))
    manage(installation, "verify_audit")
    expected = rows(installation)
    manage(installation, "backup", str(tmp_path / "backup.tar"))

    begun = time.monotonic()
    fresh.started()
    manage(fresh, "restore", str(tmp_path / "backup.tar"))
    took = time.monotonic() - begun
    assert rows(fresh) == expected
    assert len(expected["portfolio_project"]) == 60
    assert (fresh.home.var / "files" / ATTACHED).read_bytes() == attached.read_bytes()
    assert history_is_closed(fresh)
    assert "Intact" in manage(fresh, "verify_audit")
    assert "No migrations to apply" in manage(fresh, "migrate")
    print(f"restored into a fresh cluster in {took:.0f} s")
