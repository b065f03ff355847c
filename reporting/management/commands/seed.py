"""Plants the sample organisation into an empty system."""

from __future__ import annotations

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pmo.access.models import User
from pmo.kernel.errors import HouseError
from reporting.sample.actions import plant


class Command(BaseCommand):
    help = "Plant the sample organisation: people, portfolios, projects and two years of reports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", type=int, help="number of projects (default: the 60 of the catalogue)")

    def handle(self, *args: Any, **options: Any) -> None:
        size = options["size"]
        if size is not None and not 1 <= size <= 20_000:
            raise CommandError("--size is a number of projects from 1 to 20000.")
        began = monotonic()
        try:
            planted = plant(actor=User.objects.system(), today=timezone.localdate(), size=size)
        except HouseError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"{planted.people} people, {planted.projects} projects and {planted.reports} status reports"
            f" in {monotonic() - began:.1f} s"
        )
