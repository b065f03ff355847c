"""Times what people wait for and says what is slower, larger or chattier than wanted."""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmo.access.models import User
from portfolio.projects.models import Project
from portfolio.status.models import StatusReport
from reporting.sample.asking import asked, signed_in
from reporting.sample.chores import carried_out, chores
from reporting.sample.measuring import Measured, Wanted, measure, wishes
from reporting.sample.results import HEAD, Row, of_call, of_chore, of_page
from reporting.sample.serving import Server, served

AT_ONCE = 8
WARM_START = "warm start of the web server"
MEMORY = "memory of two web workers"
WANTED_START_MS, WANTED_MB = 3000, 250


class Command(BaseCommand):
    help = (
        "Measure pages and calls through a web server of its own with two workers, and long works in this process. "
        "Nothing is kept. Compare only within one run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reader", default="analyst", help="the user who asks")
        parser.add_argument("--repeats", type=int, default=15, help="how often each page is asked for")
        parser.add_argument("--requests", type=int, default=0, help="so many more requests while memory is watched")
        parser.add_argument("--only", default="", help="only the rows whose names contain this")
        parser.add_argument("--json", type=Path, help="write the table into this file as well, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Measuring is for test systems.")
        reader = User.objects.filter(username=options["reader"], is_active=True).first()
        if reader is None or not Project.objects.visible_to(reader).exists():
            raise CommandError("There is no such reader, or nothing to read; plant a sample with manage.py seed.")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # leaves by the way that ends the web server
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        logging.disable(logging.WARNING)
        self.options, self.reader = options, reader
        facts = {"projects": Project.objects.count(), "reports": StatusReport.objects.count(), "reader": str(reader)}
        self.stdout.write("{projects} projects, {reports} reports, read by {reader}; times in ms".format(**facts))
        self.stdout.write(HEAD)
        rows = [self._told(row) for row in self._rows()]
        if not rows:
            raise CommandError(f"No row is called “{options['only']}”.")
        if options["json"]:
            found = {**facts, "rows": [row.as_dict() for row in rows]}
            options["json"].write_text(json.dumps(found, indent=2) + "\n")

    def _told(self, row: Row) -> Row:
        self.stdout.write(row.line())
        self.stdout.flush()
        return row

    def _is_asked(self, name: str) -> bool:
        return self.options["only"].lower() in name.lower()

    def _rows(self) -> Iterator[Row]:
        pages = [each for each in wishes() if self._is_asked(each.name) or self._is_asked(MEMORY)]
        counted = {each.wanted.name: each for each in measure(self.reader, pages, repeats=5)}
        if pages or self._is_asked(WARM_START):
            yield from self._served(pages, counted)
        yield from (of_call(counted[each.name]) for each in pages if each.body is not None)
        works = [each for each in chores(self.reader) if self._is_asked(each.name)]
        yield from map(of_chore, carried_out(works))

    def _served(self, pages: Sequence[Wanted], counted: dict[str, Measured]) -> Iterator[Row]:
        """All that needs the web server."""
        read = [each for each in pages if each.body is None]
        with served() as server, signed_in(self.reader) as cookie:
            if self._is_asked(WARM_START):
                yield Row(WARM_START, "http", server.started * 1000, wanted_ms=WANTED_START_MS)
            for each in read:
                row = self._page(server, cookie, counted[each.name])
                if self._is_asked(each.name):
                    yield row
            if self._is_asked(MEMORY):
                yield self._memory(server, cookie, read)

    def _page(self, server: Server, cookie: str, counted: Measured) -> Row:
        times = self.options["repeats"]
        asked(server, cookie, counted.wanted, times=4, at_once=4)
        began = server.cpu_seconds()
        alone = asked(server, cookie, counted.wanted, times=times)
        cpu = (server.cpu_seconds() - began) * 1000 / times
        together = asked(server, cookie, counted.wanted, times=times * 2, at_once=AT_ONCE)
        return of_page(counted, alone, together, cpu)

    def _memory(self, server: Server, cookie: str, read: Sequence[Wanted]) -> Row:
        """Before and after so many requests more; what grows with every request would show."""
        before, more = server.megabytes(), self.options["requests"]
        for each in read if more else ():
            asked(server, cookie, each, times=max(AT_ONCE, more // len(read)), at_once=AT_ONCE)
        after = server.megabytes()
        note = (
            f"{before:.0f} MB before, {after:.0f} MB after {more} more requests; peak {server.peak_megabytes():.0f} MB"
        )
        return Row(MEMORY, "http", megabytes=after, wanted_megabytes=WANTED_MB, note=note)
