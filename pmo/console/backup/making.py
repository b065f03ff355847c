"""Writes a backup: figures and dump of one snapshot, then the files, whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from pmo.console.backup import archive, contents, programs
from pmo.console.backup.errors import BackupError
from pmo.console.backup.manifest import DATABASE, FILES, FORMAT, Manifest, member

SUFFIX = ".tar"


def make(target: Path) -> Manifest:
    """A directory, or one file when the target ends with .tar; nothing lies there before it is complete."""
    if target.exists():
        raise BackupError(f"{target} exists already; a backup never writes over another one. Name a new place.")
    if not target.parent.is_dir():
        raise BackupError(f"The directory {target.parent} does not exist; make it first.")
    if target.resolve().is_relative_to(settings.PMO_FILES.resolve()):
        raise BackupError(f"{target} lies among the files that are backed up; name a place outside of them.")
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        draft.mkdir(mode=0o700)
        made = _written(draft)
        _placed(draft, target)
    except OSError as error:
        raise BackupError(f"{target} could not be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def _written(draft: Path) -> Manifest:
    facts = _database(draft)
    # Files come after the dump: a row is written after its file, so each file that a dumped row names is there.
    files = archive.pack(settings.PMO_FILES, draft / FILES)
    members = {name: member(draft / name) for name in (DATABASE, FILES)}
    made = Manifest(
        format=FORMAT,
        version=settings.PMO_VERSION,
        made_at=timezone.now().isoformat(timespec="seconds"),
        members=members,
        files=files,
        object_store="attachments" in settings.STORAGES,
        **facts,
    )
    made.write(draft)
    return made


def _database(draft: Path) -> dict[str, Any]:
    """The dump, and the figures of the very rows in it: both read the same exported snapshot."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        database: Any = connection
        version = database.pg_version
        told = {
            "server_version": version,
            "migrations": contents.migrations(cursor),
            "sequences": contents.sequences(cursor),
            "tables": contents.tables(cursor),
            "head": contents.head(cursor),
        }
        arguments = ["--format=custom", "--no-owner", "--no-acl"]
        arguments += [f"--snapshot={snapshot}", f"--file={draft / DATABASE}"]
        programs.run(programs.program("pg_dump", version), arguments, connection)
    return told


def _placed(draft: Path, target: Path) -> None:
    """Everything is on the disk before the name appears."""
    if target.suffix == SUFFIX:
        whole = target.with_name(f".{target.name}.{os.getpid()}.whole")
        try:
            archive.wrap(draft, whole)
            whole.rename(target)
        finally:
            whole.unlink(missing_ok=True)
    else:
        archive.flush(draft)
        draft.rename(target)
    archive.settle(target.parent)
