"""Brings a backup into an empty database and an empty directory, and compares everything with its manifest."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.migrations.loader import MigrationLoader

from pmo.audit import privileges
from pmo.console.backup import archive, contents, programs
from pmo.console.backup.errors import BackupError
from pmo.console.backup.manifest import DATABASE, FILES, Manifest, read, sha256


@contextmanager
def opened(source: Path) -> Iterator[tuple[Path, Manifest]]:
    """The directory of a backup and its manifest; a backup in one file is unpacked for a while."""
    if source.is_dir():
        yield source, read(source)
    elif source.is_file():
        with tempfile.TemporaryDirectory(prefix="pmo-backup-", dir=_roomy(source)) as directory:
            archive.unwrap(source, Path(directory))
            yield Path(directory), read(Path(directory))
    else:
        raise BackupError(f"{source} does not exist.")


def _roomy(source: Path) -> str | None:
    """Beside the backup, where there was room for it, or the temporary directory."""
    return str(source.parent) if os.access(source.parent, os.W_OK) else None


def check(directory: Path, manifest: Manifest) -> None:
    """Refuse what is damaged or of a newer version, before anything is touched."""
    for name, facts in manifest.members.items():
        path = directory / name
        if not path.is_file():
            raise BackupError(f"{name} is missing in the backup; use another one.")
        if path.stat().st_size != facts["size"] or sha256(path) != facts["sha256"]:
            raise BackupError(f"{name} is damaged: it is not the file that was written. Use another backup.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupError(
            f"The backup was made by a newer version ({manifest.version}): this one ({settings.PMO_VERSION}) does not "
            f"know its migrations {', '.join(unknown[:3])}. Install that version and restore with it."
        )


def restore(directory: Path, manifest: Manifest, connection: Any, files: Path) -> None:
    """Into the database of the connection and the directory of files; both must be empty."""
    check(directory, manifest)
    _require_empty(connection)
    _require_no_files(files)
    draft = files.with_name(f".{files.name}.{os.getpid()}.new")
    try:
        draft.mkdir(parents=True, mode=0o750)
        archive.unpack(directory / FILES, draft, manifest.files)
        _load(directory / DATABASE, connection, manifest)
        compare(manifest, connection)
        privileges.give(connection)
        _move(draft, files)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _require_empty(connection: Any) -> None:
    try:
        with connection.cursor() as cursor:
            there = connection.introspection.table_names(cursor)
    except OperationalError as error:
        raise BackupError(f"The database does not answer: {error}") from error
    if there:
        raise BackupError(
            f"The database {connection.settings_dict['NAME']!r} is not empty (tables: {len(there)}). "
            "A restore never writes over data: make a new database and name it with --into."
        )


def _require_no_files(files: Path) -> None:
    if files.is_dir() and any(path.is_file() for path in files.rglob("*")):
        raise BackupError(f"The directory {files} is not empty. Move it away, or name another one with --files.")
    if not files.is_dir() and files.exists():
        raise BackupError(f"{files} is not a directory; name another one with --files.")


def _load(dump: Path, connection: Any, manifest: Manifest) -> None:
    """In one transaction: a failure leaves the database as empty as it was."""
    version = max(connection.pg_version, manifest.server_version)
    arguments = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    database = connection.settings_dict["NAME"]
    connection.close()
    programs.run(programs.program("pg_restore", version), [*arguments, f"--dbname={database}", str(dump)], connection)


def compare(manifest: Manifest, connection: Any) -> None:
    """Every table, sequence and migration, and the head of history, with what the manifest says."""
    connection.set_autocommit(False)
    try:
        with connection.cursor() as cursor:
            wrong = _differences(manifest, cursor)
    finally:
        connection.rollback()
        connection.set_autocommit(True)
    if wrong:
        raise BackupError(
            f"The restored database does not agree with the manifest: {', '.join(sorted(wrong))}. "
            "Do not use it; drop it and restore another backup."
        )


def _differences(manifest: Manifest, cursor: Any) -> set[str]:
    found, sequences = contents.tables(cursor), contents.sequences(cursor)
    names = manifest.tables.keys() | found.keys()
    wrong = {name for name in names if manifest.tables.get(name) != found.get(name)}
    # A sequence is outside of transactions: the dump may hold a later number than the manifest, never an earlier one.
    wrong |= {name for name, value in manifest.sequences.items() if sequences.get(name, -1) < value}
    if contents.migrations(cursor) != manifest.migrations:
        wrong.add("django_migrations")
    if contents.head(cursor) != manifest.head:
        wrong.add("audit_seal")
    return wrong


def _move(draft: Path, files: Path) -> None:
    """File by file when the directory is a mount point, which cannot be replaced itself."""
    files.mkdir(parents=True, exist_ok=True, mode=0o750)
    for part in sorted(draft.iterdir()):
        target = files / part.name
        if target.is_dir():
            shutil.rmtree(target)
        shutil.move(part, target)
    archive.settle(files)
