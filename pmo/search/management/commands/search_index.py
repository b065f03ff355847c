"""Compares the search index with the objects, or writes it anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from pmo.search import following


class Command(BaseCommand):
    help = "Write the search index anew; with --check only say whether it is right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; the exit code tells whether all is right"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            self.stdout.write(f"{following.rebuild()} entries written.")
            return
        apart = following.differences()
        for kind, number in apart.items():
            self.stdout.write(f"{kind}: {number} entries are missing, left over or outdated")
        if apart:
            raise SystemExit(1)
        self.stdout.write("The search index is right.")
