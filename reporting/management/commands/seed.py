"""Plants the sample organisation: sixty projects to look at, or thousands to measure."""

from __future__ import annotations

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pmo.access.models import User
from pmo.kernel.errors import HouseError
from portfolio.projects.models import Project
from reporting.sample.actions import plant

MOST = 20_000


class Command(BaseCommand):
    help = "Plant the sample organisation: people, portfolios, projects and two years of reports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale", "--size", dest="size", type=int, help="number of projects (default: the 60 of the catalogue)"
        )
        parser.add_argument("--append", action="store_true", help="add to the projects that are there")

    def handle(self, *args: Any, **options: Any) -> None:
        size = options["size"]
        if size is not None and not 1 <= size <= MOST:
            raise CommandError(f"--scale is a number of projects from 1 to {MOST}.")
        began = monotonic()

        def tell(done: int) -> None:
            if size is not None and size > done:
                self.stdout.write(f"{done} of {size} projects have their reports, {monotonic() - began:.0f} s")
                self.stdout.flush()

        try:
            planted = plant(
                actor=User.objects.system(),
                today=timezone.localdate(),
                size=size,
                append=options["append"],
                tell=tell,
            )
        except HouseError as error:
            hint = " Use --append to add to them." if Project.objects.exists() and not options["append"] else ""
            raise CommandError(error.message + hint) from error
        self.stdout.write(
            f"{planted.people} people, {planted.projects} projects and {planted.reports} status reports"
            f" in {monotonic() - began:.1f} s"
        )
