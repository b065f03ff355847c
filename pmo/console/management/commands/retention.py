"""Removes what was kept long enough, or with --dry-run says what that is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from pmo.organisation import sweeping
from pmo.organisation.models import Sweep
from pmo.organisation.retention import KEEPINGS


class Command(BaseCommand):
    help = "Remove records that are past their time of retention (settings, Retention); history is never removed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would be removed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.foretell()
            return
        removed = sweeping.run(Sweep.objects.create().pk)
        for kind, count in removed.items():
            self.stdout.write(f"{KEEPINGS.label_of(kind)}: {count} removed")
        self.stdout.write(f"{sum(removed.values())} removed")

    def foretell(self) -> None:
        rows = sweeping.outlook()
        for each in rows:
            told = f"{each.count} from before {each.before:%Y-%m-%d}" if each.before else "kept for ever"
            self.stdout.write(f"{each.keeping.label}: {told}")
        self.stdout.write(f"{sum(each.count for each in rows)} would be removed")
