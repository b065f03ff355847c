"""Restores a backup into an empty database and directory, verified against its manifest."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.utils import ConnectionHandler

from pmo import environment
from pmo.console.backup import restoring
from pmo.console.backup.errors import BackupError


class Command(BaseCommand):
    help = "Restore a backup into an empty database and an empty directory of files, and compare every table and file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="the directory or the .tar of a backup")
        parser.add_argument("--into", metavar="URL", help="an empty database; otherwise that of DATABASE_OWNER_URL")
        parser.add_argument("--files", type=Path, default=settings.PMO_FILES, help="an empty directory for the files")
        parser.add_argument("--check", action="store_true", help="only tell whether the backup is whole and readable")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.perf_counter()
        database = target(options["into"])
        try:
            with restoring.opened(options["source"]) as (directory, manifest):
                if options["check"]:
                    restoring.check(directory, manifest)
                else:
                    restoring.restore(directory, manifest, database, options["files"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"A file could not be read or written: {error}") from error
        finally:
            database.close()
        verb = "Whole and readable" if options["check"] else "Restored and compared"
        self.stdout.write(
            f"{verb}: tables {len(manifest.tables)}, rows {manifest.rows}, files {len(manifest.files)}, of "
            f"{manifest.made_at}, version {manifest.version}, seconds {time.perf_counter() - begun:.1f}."
        )
        if not options["check"]:
            self.stdout.write("Next: manage.py migrate, then manage.py verify_audit.")


def target(url: str | None) -> Any:
    """The database of the settings, or a connection to another one."""
    if url is None:
        return connection
    try:
        named = environment.database_of(url, "--into")
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
    return ConnectionHandler({DEFAULT_DB_ALIAS: named})[DEFAULT_DB_ALIAS]
