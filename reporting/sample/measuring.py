"""Counts what the pages that people wait for ask of the database, in one process, against what is wanted of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pmo.access.models import User
from portfolio.projects.models import Portfolio, Project

PER_KB = 1024


@dataclass(frozen=True)
class Wanted:
    """What one page or call may take: milliseconds, SQL statements and kilobytes (None when nothing was promised).

    With a `body` it is a call that writes; what it wrote is rolled back.
    """

    name: str
    url: str
    milliseconds: int | None
    statements: int | None
    kilobytes: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None

    def ask(self, client: Client) -> HttpResponseBase:
        headers = dict(self.headers)
        if self.body is None:
            answer: Any = client.get(self.url, headers=headers)
        else:
            answer = client.post(self.url, self.body, content_type="application/json", headers=headers)
        found: HttpResponseBase = answer
        return found


@dataclass(frozen=True)
class Measured:
    """The median of several calls."""

    wanted: Wanted
    milliseconds: float
    statements: int
    kilobytes: float

    @property
    def misses(self) -> list[str]:
        """What is not as wanted."""
        pairs = (
            ("ms", self.milliseconds, self.wanted.milliseconds),
            ("SQL", self.statements, self.wanted.statements),
            ("KB", self.kilobytes, self.wanted.kilobytes),
        )
        return [f"{found:.0f} {unit}, wanted {limit}" for unit, found, limit in pairs if limit and found > limit]


def wishes() -> list[Wanted]:
    """The pages and calls with their limits, on the objects of this database."""
    project = Project.objects.filter(confidential=False).exclude(status_overall="").order_by("pk")[:1].get()
    portfolio = Portfolio.objects.filter(projects=project).get()
    projects, rest = reverse("portfolio:project_list"), reverse("api:project-list")
    earlier = (timezone.localdate() - timedelta(days=1)).isoformat()
    typed = f"{reverse('search:palette')}?q={project.name.split()[0][:5]}"
    body = {"name": "Measured", "portfolio": portfolio.pk}
    return [
        Wanted("project list, 50 rows", projects, 60, 10, 60),
        Wanted("project list as of yesterday", f"{projects}?as_of={earlier}", 200, 14),
        Wanted("project page", reverse("portfolio:project", args=[project.code]), 90, 20),
        Wanted("portfolio home", reverse("reporting:home"), 150, 18, 120),
        Wanted("home of one portfolio", reverse("reporting:portfolio_home", args=[portfolio.code]), 150, 20, 130),
        Wanted("status reports", reverse("portfolio:report_list"), 60, 8, 50),
        Wanted("late reports", reverse("portfolio:late_reports"), 60, 8, 55),
        Wanted("my work", reverse("ui:my_work"), 90, 16, 60),
        Wanted("search while typing", typed, 100, 14, headers={"HX-Request": "true"}),
        Wanted("REST, 100 projects", f"{rest}?page_size=100", 35, 8),
        Wanted("REST, create a project", rest, 30, 15, body=body),
    ]


def measure(reader: User, wanted: Sequence[Wanted], repeats: int = 15) -> Iterator[Measured]:
    """Each page asked `repeats` times after one to warm up; whatever is written is rolled back."""
    with transaction.atomic():
        client = Client()
        client.force_login(reader)
        for each in wanted:
            yield _one(client, each, repeats)
        transaction.set_rollback(True)


def _one(client: Client, wanted: Wanted, repeats: int) -> Measured:
    _checked(wanted, wanted.ask(client))
    with CaptureQueriesContext(connection) as asked:
        answer = wanted.ask(client)
    # Counted now: the next request empties the log.
    statements = _counted(asked.captured_queries)
    times = [_timed(client, wanted) for _ in range(repeats)]
    return Measured(wanted, median(times), statements, _size(answer) / PER_KB)


def _counted(queries: Sequence[dict[str, Any]]) -> int:
    """Statements without the savepoints that the surrounding transaction adds."""
    return sum(1 for query in queries if "SAVEPOINT" not in query["sql"])


def _checked(wanted: Wanted, answer: HttpResponseBase) -> None:
    if answer.status_code not in (200, 201):
        raise ValueError(f"{wanted.name} answered {answer.status_code}")


def _size(answer: Any) -> int:
    return len(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def _timed(client: Client, wanted: Wanted) -> float:
    began = perf_counter()
    wanted.ask(client)
    return (perf_counter() - began) * 1000
