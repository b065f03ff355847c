"""Backs up database and files into a new directory, or into one file when its name ends with .tar."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from pmo.access.models import User
from pmo.console.actions.backing_up import keep_backup
from pmo.console.backup import making
from pmo.console.backup.errors import BackupError


class Command(BaseCommand):
    help = "Back up database and files into a new directory, or into one file NAME.tar; people may work meanwhile."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="a place that does not exist yet")
        parser.add_argument("--json", action="store_true", help="print what was made as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.perf_counter()
        try:
            made = making.make(options["target"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        self._keep(made.rows)
        told = {
            "tables": len(made.tables),
            "rows": made.rows,
            "files": len(made.files),
            "bytes": sum(part["size"] for part in made.members.values()),
            "seconds": round(time.perf_counter() - begun, 1),
        }
        if options["json"]:
            self.stdout.write(json.dumps(told | {"target": str(options["target"])}))
            return
        figures = ", ".join(f"{name} {value}" for name, value in told.items())
        self.stdout.write(f"Backed up into {options['target']}: {figures}.")
        if made.object_store:
            self.stderr.write("Attachments lie in the object store and are not in this backup: back its bucket up too.")

    def _keep(self, rows: int) -> None:
        """A backup is good also where nothing can be written any more."""
        try:
            keep_backup(rows, actor=User.objects.system())
        except DatabaseError as error:
            self.stderr.write(f"The backup is whole, but could not be put on record: {error}")
