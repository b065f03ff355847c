"""Times the pages that people wait for and says which are slower, larger or chattier than wanted."""

from __future__ import annotations

import logging
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmo.access.models import User
from portfolio.projects.models import Project
from reporting.sample.measuring import Measured, measure, wishes


class Command(BaseCommand):
    help = "Measure the main pages in this process (nothing is kept). Compare only within one run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reader", default="analyst", help="the user who asks")
        parser.add_argument("--repeats", type=int, default=15)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Measuring is for test systems.")
        reader = User.objects.filter(username=options["reader"], is_active=True).first()
        if reader is None or not Project.objects.visible_to(reader).exists():
            raise CommandError("There is no such reader, or nothing to read; plant a sample with manage.py seed.")
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        self.stdout.write(f"{Project.objects.count()} projects, read by {reader}")
        for measured in measure(reader, wishes(), max(1, options["repeats"])):
            self._tell(measured)

    def _tell(self, measured: Measured) -> None:
        figures = f"{measured.milliseconds:7.1f} ms {measured.statements:4d} SQL {measured.kilobytes:7.1f} KB"
        verdict = "; ".join(measured.misses) or "as wanted"
        self.stdout.write(f"{measured.wanted.name:<26}{figures}   {verdict}")
