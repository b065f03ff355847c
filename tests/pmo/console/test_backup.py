"""A backup holds everything and says so; a restore refuses what is damaged, newer, or in the way, in words."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg2 import sql

from pmo.audit.sealing import head, seal
from pmo.console.backup import archive, programs
from pmo.console.backup import manifest as manifests
from pmo.console.backup.errors import BackupError

PICTURE = b"\x89PNG\r\n" + bytes(range(256)) * 40
EMPTY = "an_empty_database_for_restores"
FILES = ("attachments/2026/plan.png", "packs/7/pack.pdf")


def address(name: str) -> str:
    told = connection.settings_dict
    place = f"host={quote(told['HOST'], safe='')}" if told["HOST"].startswith("/") else ""
    server = "" if place else f"{told['HOST']}:{told['PORT'] or 5432}"
    return f"postgres://{quote(told['USER'])}:{quote(told['PASSWORD'], safe='')}@{server}/{name}?{place}"


def signed_in(name: str) -> psycopg2.extensions.connection:
    made = psycopg2.connect(address(name))
    made.autocommit = True
    return made


@pytest.fixture
def empty_database() -> Iterator[str]:
    """A database of this run that nothing lies in; dropped afterwards."""
    name = f"{connection.settings_dict['NAME']}_{EMPTY}"[:60]
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    keeper = signed_in("postgres")
    try:
        with keeper.cursor() as cursor:
            cursor.execute(drop)
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            yield name
            cursor.execute(drop)
    finally:
        keeper.close()


@pytest.fixture
def filled(transactional_db: None, world: Any, settings: Any, tmp_path: Path) -> Path:
    """The small world with a sealed history and two files; returns the directory of files."""
    settings.PMO_FILES = tmp_path / "files"
    for name in FILES:
        path = settings.PMO_FILES / name
        path.parent.mkdir(parents=True)
        path.write_bytes(PICTURE + name.encode())
    assert seal() is not None
    return Path(settings.PMO_FILES)


@pytest.fixture
def backup(filled: Path, tmp_path: Path) -> Path:
    call_command("backup", tmp_path / "backup")
    return tmp_path / "backup"


def rows(name: str) -> dict[str, list[str]]:
    """Every row of every table as text, sorted."""
    made = signed_in(name)
    with made.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [table for (table,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table)))
            found[table] = sorted(row for (row,) in cursor.fetchall())
    made.close()
    return found


@pytest.mark.parametrize("name", ["whole", "whole.tar"])
def test_what_is_restored_equals_what_was_backed_up_row_by_row_and_byte_by_byte(
    filled: Path, tmp_path: Path, empty_database: str, name: str
) -> None:
    expected = rows(connection.settings_dict["NAME"])  # the record of the backup itself comes after it
    call_command("backup", tmp_path / name)
    assert len(expected["portfolio_project"]) == 6
    call_command("restore", tmp_path / name, into=address(empty_database), files=tmp_path / "restored")
    assert rows(empty_database) == expected
    assert {path: (tmp_path / "restored" / path).read_bytes() for path in FILES} == {
        path: (filled / path).read_bytes() for path in FILES
    }


def test_the_manifest_tells_tables_rows_migrations_files_and_the_head_of_history(
    backup: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told, last = manifests.read(backup), head()
    assert last is not None
    assert told.tables["portfolio_project"]["rows"] == 6
    assert set(told.tables) == set(rows(connection.settings_dict["NAME"]))
    assert "access.0001_initial" in told.migrations
    assert told.head == {"number": last.number, "hash": last.hash}
    assert sorted(told.files) == sorted(FILES)
    assert (backup.stat().st_mode & 0o777, told.format) == (0o700, 1)
    call_command("restore", backup, check=True)
    assert "Whole and readable: tables" in capsys.readouterr().out


def test_a_backup_never_writes_over_another_one_and_leaves_nothing_when_it_fails(settings: Any, tmp_path: Path) -> None:
    settings.PMO_FILES = filled = tmp_path / "files"
    for name in ("files", "there"):
        (tmp_path / name).mkdir()
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", tmp_path / "there")
    with pytest.raises(CommandError, match="does not exist; make it first"):
        call_command("backup", tmp_path / "nowhere" / "backup")
    with pytest.raises(CommandError, match="name a place outside of them"):
        call_command("backup", filled / "backup")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files", "there"]


def cut(backup: Path) -> None:
    path = backup / "database.dump"
    path.write_bytes(path.read_bytes()[:-100])


def turn_a_bit(backup: Path) -> None:
    path = backup / "files.tar"
    content = bytearray(path.read_bytes())
    content[600] ^= 1
    path.write_bytes(content)


def retell(backup: Path, **changes: Any) -> None:
    """Write another manifest with a digest that fits."""
    content = json.loads((backup / "manifest.json").read_text()) | changes
    content.pop("digest")
    (backup / "manifest.json").write_text(json.dumps(content | {"digest": manifests.digest(content)}))


def forge(backup: Path) -> None:
    path = backup / "manifest.json"
    path.write_text(path.read_text().replace('"version": "', '"version": "9'))


DAMAGES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a cut dump": (cut, "database.dump is damaged"),
    "a turned bit": (turn_a_bit, "files.tar is damaged"),
    "a missing archive": (lambda backup: (backup / "files.tar").unlink(), "files.tar is missing"),
    "a missing manifest": (lambda backup: (backup / "manifest.json").unlink(), "it holds no manifest.json"),
    "a cut manifest": (lambda backup: (backup / "manifest.json").write_text("{"), "manifest.json is damaged"),
    "a forged manifest": (forge, "manifest.json is not as it was written"),
    "a newer format": (lambda backup: retell(backup, format=2), "has format 2, this version reads up to 1"),
    "a newer version": (
        lambda backup: retell(backup, version="9.0", migrations=["portfolio.9999_moon"]),
        r"made by a newer version \(9.0\).* portfolio.9999_moon",
    ),
}


def test_each_damage_is_named_before_anything_is_touched(backup: Path, tmp_path: Path, empty_database: str) -> None:
    for number, (spoil, words) in enumerate(DAMAGES.values()):
        copy = shutil.copytree(backup, tmp_path / f"copy-{number}")
        spoil(copy)
        with pytest.raises(CommandError, match=words):
            call_command("restore", copy, into=address(empty_database), files=tmp_path / "restored")
    assert rows(empty_database) == {}
    assert not (tmp_path / "restored").exists()


def test_a_cut_archive_of_one_file_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "whole.tar", "w") as tar:
        tar.add(Path(__file__), arcname="database.dump")
    path = tmp_path / "whole.tar"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(CommandError, match="damaged|no backup"):
        call_command("restore", path, check=True)
    assert [each.name for each in tmp_path.iterdir()] == ["whole.tar"]


def test_an_archive_is_read_by_a_python_that_filters_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "files" / "packs").mkdir(parents=True)
    (tmp_path / "files" / "packs" / "pack.pdf").write_bytes(PICTURE)
    archive.wrap(tmp_path / "files", tmp_path / "whole.tar")
    monkeypatch.delattr(tarfile.TarFile, "extractall")  # its filters came with 3.11.4
    archive.unwrap(tmp_path / "whole.tar", tmp_path / "out")
    assert (tmp_path / "out" / "packs" / "pack.pdf").read_bytes() == PICTURE


@pytest.mark.parametrize("name", ["../outside", "/outside", "link"])
def test_an_archive_that_leads_outside_or_links_is_refused(name: str, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "forged.tar", "w") as tar:
        entry = tarfile.TarInfo(str(tmp_path / "outside") if name.startswith("/") else name)
        entry.type, entry.linkname = (tarfile.SYMTYPE, "/etc/passwd") if name == "link" else (tarfile.REGTYPE, "")
        tar.addfile(entry)
    with pytest.raises(BackupError, match="is no backup, or it is damaged: it holds .*, which is no file of ours"):
        archive.unwrap(tmp_path / "forged.tar", tmp_path / "out")
    assert [each.name for each in tmp_path.iterdir() if each.name != "out"] == ["forged.tar"]


def test_a_restore_never_writes_over_data(backup: Path, filled: Path, tmp_path: Path, empty_database: str) -> None:
    with pytest.raises(CommandError, match="is not empty .*never writes over data"):
        call_command("restore", backup, files=tmp_path / "restored")
    with pytest.raises(CommandError, match="is not empty. Move it away"):
        call_command("restore", backup, into=address(empty_database), files=filled)
    with pytest.raises(CommandError, match="--into must begin with postgres://"):
        call_command("restore", backup, into="mysql://somewhere/pmo", files=tmp_path / "restored")
    assert rows(empty_database) == {}


def test_rows_that_differ_from_the_manifest_are_named(backup: Path, tmp_path: Path, empty_database: str) -> None:
    told = json.loads((backup / "manifest.json").read_text())["tables"]
    told["portfolio_project"]["checksum"] = "1"
    retell(backup, tables=told)
    with pytest.raises(CommandError, match="does not agree with the manifest: portfolio_project. Do not use it"):
        call_command("restore", backup, into=address(empty_database), files=tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_a_client_older_than_the_server_is_refused_by_its_name() -> None:
    with pytest.raises(BackupError, match="pg_dump of PostgreSQL 99 or newer is needed; found: .*PMO_PG_BIN"):
        programs.program("pg_dump", 990_001)
    if shutil.which("pg_dump"):
        assert programs.program("pg_dump", 10_000).name == "pg_dump"
