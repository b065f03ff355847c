"""The long works that people wait for, done in this process and rolled back: packs, exports, imports, sign-in."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from django.contrib.auth.hashers import check_password, make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from pmo.access.models import User
from pmo.exchange import actions as importing
from pmo.exchange import working
from pmo.exchange.models import ImportRun
from pmo.ui.pages.exporting import ListFile
from pmo.ui.pages.replay import list_at, speaking_as
from portfolio.projects.models import Portfolio, Project
from reporting.packs import actions as packing
from reporting.packs import files, tasks
from reporting.packs.models import PackRun
from reporting.sample.serving import status_kb

IMPORTED = 5000
HEAD = (
    "code,name,description,phase,class,manager,planned start,planned finish,total cost,budget,forecast,currency,cadence"
)
ROW = "BENCH-{n},Measured {n},What project {n} is for,plan,run,,2026-01-05,2027-03-31,{n}000.50,{n}00,{n}01,EUR,monthly"


@dataclass(frozen=True)
class Chore:
    """A work with the seconds that it may take (None: promised for another number of rows)."""

    name: str
    run: Callable[[], str]
    seconds: float | None


@dataclass(frozen=True)
class Done:
    """How long a chore took by the clock and by the processor of this process, its peak memory, what was made."""

    chore: Chore
    seconds: float
    cpu_seconds: float
    peak_megabytes: float
    made: str


def chores(reader: User) -> list[Chore]:
    """What can be measured on the rows that are there."""
    there, kept = Project.objects.visible_to(reader).count(), make_password("measured")
    sizes = [(size, seconds) for size, seconds in ((60, 8.0), (200, 30.0)) if size <= Project.objects.count()]
    return [
        Chore("sign-in, Argon2", lambda: _sign_in(kept), 0.15),
        *(Chore(f"executive pack, {size} projects", _pack(size), seconds) for size, seconds in sizes),
        Chore(f"export of {there} projects to XLSX", lambda: _export(reader), None),
        Chore(f"import of {IMPORTED} projects", lambda: _import(reader), 20.0),
    ]


def carried_out(found: list[Chore]) -> Iterator[Done]:
    """Each chore in a transaction that is rolled back."""
    for chore in found:
        gc.collect()
        _forget_peak()
        with transaction.atomic():
            began, cpu = perf_counter(), process_time()
            made = chore.run()
            took, used = perf_counter() - began, process_time() - cpu
            transaction.set_rollback(True)
        yield Done(chore, took, used, status_kb("self", "VmHWM") / 1024, made)


def _forget_peak() -> None:
    """The kernel counts the peak anew; where it may not be asked to, the peak is that of the process."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _sign_in(kept: str) -> str:
    """What the password costs; the rest of a sign-in is a page."""
    return "accepted" if check_password("measured", kept) else "refused"


def _pack(size: int) -> Callable[[], str]:
    """A pack of a portfolio that holds so many projects for the moment."""

    def make() -> str:
        director = User.objects.get(username="director")
        home = Portfolio.objects.create(code="BENCH", name="Measured", manager=director)
        chosen = Project.objects.filter(confidential=False, portfolio__isnull=False).order_by("pk")[:size]
        Project.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(portfolio=home, programme=None)
        fields = {"name": "Measured", "portfolio": home, "recipients": [director]}
        run = packing.request_run(packing.create_pack(fields, actor=director).pk, actor=director)
        tasks.make(run.pk)
        made = PackRun.objects.get(pk=run.pk)
        files.forget(made.file)
        if made.state != PackRun.State.DONE:
            raise ValueError(made.error)
        return f"{made.pages} pages, {(made.size or 0) / 1024:.0f} KB"

    return make


def _export(reader: User) -> str:
    with speaking_as(reader, "en"):
        body = ListFile(list_at("portfolio:project_list", {}, "", reader), "xlsx").body()
    return f"{len(body) / 1024:.0f} KB"


def _import(reader: User) -> str:
    lines = [HEAD, *(ROW.format(n=number) for number in range(1, IMPORTED + 1))]
    home = Portfolio.objects.order_by("pk")[:1].get()
    file = ContentFile("\n".join(lines).encode(), name="measured.csv")
    run = importing.upload("projects-csv", file, into=str(home.pk), actor=reader)
    try:
        working.read(run.pk)
        importing.apply(run.pk, actor=reader)
        working.apply(run.pk)
    finally:
        default_storage.delete(str(run.file.name))
    run = ImportRun.objects.get(pk=run.pk)
    if run.state != ImportRun.State.APPLIED:
        raise ValueError(f"{run.state} {run.error} {run.counts}")
    return f"{run.counts['created']} created"
