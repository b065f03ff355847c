"""A small world of things with telling names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pmo.audit.acting import acting
from pmo.search import queries
from pmo.ui.offers import SEARCH
from portfolio.projects.models import Project
from reporting.sample.small import published


@pytest.fixture
def found(fresh):
    """The codes or titles that a person finds, by kind."""

    def find(user: Any, words: str, limit: int = 10) -> dict[str, list[str]]:
        reader = fresh(user)
        hits = queries.best(reader, words, SEARCH.for_user(reader), limit)
        return {each.source.kind: [hit.code or hit.title for hit, _match in each.hits] for each in hits}

    return find


@pytest.fixture
def project(world):
    """Makes a project of the north with other words."""

    def make(code: str, name: str, **values: Any) -> Project:
        with acting(world.users["director"], "sample.small", source="test"):
            return Project.objects.create(code=code, name=name, portfolio=world.portfolios["NORTH"], **values)

    return make


@pytest.fixture
def report(world):
    """Makes a published report with this summary."""

    def make(project: Project, summary: str, day: date | None = None, number: int = 50) -> Any:
        manager = project.manager or world.users["alice"]
        project.manager = manager
        with acting(world.users["director"], "sample.small", source="test"):
            made = published(
                project,
                day or world.today - timedelta(days=number),
                "green",
                checker=world.users["analyst"],
                number=number,
            )
            made.summary = summary
            made.save()
        return made

    return make
