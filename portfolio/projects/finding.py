"""Finds projects for the search box and for selectors that suggest as one types."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.ui.offers import PICK, SEARCH, Hit, Option, PickSource, SearchSource
from portfolio.projects import queries


def suggested(user: User, words: str, limit: int) -> Iterator[Option]:
    """Projects by code, with their names to read."""
    return (Option(project.code, f"{project.code} · {project.name}") for project in queries.find(user, words, limit))


def hits(user: User, words: str, limit: int) -> Iterator[Hit]:
    """Projects for the search box."""
    for project in queries.find(user, words, limit):
        yield Hit(project.name, project.code, project.get_absolute_url())


def offer() -> None:
    """Called once, when the app is ready."""
    PICK.add(PickSource("project", "project.view", suggested))
    SEARCH.add(SearchSource(_("Projects"), "briefcase", "project.view", hits))
