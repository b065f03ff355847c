"""Measures the pages that people wait for, in one process and one thread, against what is wanted of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pmo.access.models import User
from portfolio.projects.models import Portfolio, Project

Ask = Callable[[Client], Any]


@dataclass(frozen=True)
class Wanted:
    """What one page or call may take: milliseconds, SQL statements and kilobytes (None when nothing was promised)."""

    name: str
    ask: Ask
    milliseconds: int | None
    statements: int | None
    kilobytes: int | None = None


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


def page(name: str, *args: Any, query: str = "") -> Ask:
    """A GET of a named address."""
    url = reverse(name, args=args) + query
    return lambda client: client.get(url)


def wishes() -> list[Wanted]:
    """The pages and calls with their limits, on the objects of this database."""
    project = Project.objects.filter(confidential=False).exclude(status_overall="").order_by("pk")[:1].get()
    portfolio = Portfolio.objects.filter(projects=project).get()
    return [
        Wanted("project list, 50 rows", page("portfolio:project_list"), 60, 10, 60),
        Wanted("project page", page("portfolio:project", project.code), 90, 20),
        Wanted("portfolio home", page("reporting:home"), 150, None),
        Wanted("home of one portfolio", page("reporting:portfolio_home", portfolio.code), 150, None),
        Wanted("status reports", page("portfolio:report_list"), 60, 10, 60),
        Wanted("late reports", page("portfolio:late_reports"), 60, 10),
        Wanted("my work", page("ui:my_work"), 90, None),
        Wanted("REST, 100 projects", page("api:project-list", query="?page_size=100"), 35, 8),
        Wanted("REST, create a project", _create(portfolio), 30, 15),
    ]


def _create(portfolio: Portfolio) -> Ask:
    body = {"name": "Measured", "portfolio": portfolio.pk}
    url = reverse("api:project-list")
    return lambda client: client.post(url, body, content_type="application/json")


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
    return Measured(wanted, median(times), statements, _size(answer) / 1024)


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
