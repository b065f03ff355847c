"""Finds portfolios, programmes and projects for the search box and for selectors that suggest as one types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Func, Q, TextField, Value
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.search.wording import entries, of_parts
from pmo.ui.offers import COMMANDS, PICK, SEARCH, Command, Hit, Option, Parts, PickSource, SearchSource
from portfolio.projects import queries
from portfolio.projects.models import OPEN_STATES, Portfolio, Programme, Project, ProjectKey

TAGS = Func(F("tags"), Value(" "), function="array_to_string", output_field=TextField())


def suggested(user: User, words: str, limit: int) -> Iterator[Option]:
    """Projects by code, with their names to read."""
    return (Option(project.code, f"{project.code} · {project.name}") for project in queries.find(user, words, limit))


def _project_entries() -> Any:
    return entries(
        Project,
        code="code",
        aliases=("short_name", of_parts(ProjectKey, "project", "key")),
        body=("description", "category", TAGS),
        retired=~Q(state__in=OPEN_STATES),
    )


def _project_hit(project: Project) -> Hit:
    place = project.programme or project.portfolio
    told = [str(each) for each in (place.name, project.manager) if each]
    return Hit(project.name, " · ".join(told), project.get_absolute_url(), project.code, project.status_overall)


def _tree_entries(model: type[Portfolio] | type[Programme]) -> Any:
    return lambda: entries(model, code="code", body=("description",))


def _portfolio_hit(portfolio: Portfolio) -> Hit:
    return Hit(portfolio.name, str(portfolio.manager or ""), portfolio.get_absolute_url(), portfolio.code)


def _programme_hit(programme: Programme) -> Hit:
    return Hit(programme.name, programme.portfolio.name, programme.get_absolute_url(), programme.code)


PROJECTS = SearchSource(
    "project",
    "p",
    _("Projects"),
    "briefcase",
    "project.view",
    Project,
    _project_entries,
    lambda user: Project.objects.visible_to(user).select_related("programme", "portfolio", "manager"),
    _project_hit,
    parts=(Parts(ProjectKey, "project"),),
)
PROGRAMMES = SearchSource(
    "programme",
    "g",
    _("Programmes"),
    "folder",
    "portfolio.view",
    Programme,
    _tree_entries(Programme),
    lambda user: Programme.objects.visible_to(user).select_related("portfolio"),
    _programme_hit,
)
PORTFOLIOS = SearchSource(
    "portfolio",
    "f",
    _("Portfolios"),
    "sitemap",
    "portfolio.view",
    Portfolio,
    _tree_entries(Portfolio),
    lambda user: Portfolio.objects.visible_to(user).select_related("manager"),
    _portfolio_hit,
)


def offer() -> None:
    """Called once, when the app is ready."""
    PICK.add(PickSource("project", "project.view", suggested))
    for source in (PROJECTS, PROGRAMMES, PORTFOLIOS):
        SEARCH.add(source)
    COMMANDS.add(
        Command(_("New project"), "portfolio:project_new", "project.create", "plus", _("create add")),
        Command(_("New programme"), "portfolio:programme_new", "portfolio.edit", "plus", _("create add")),
        Command(_("New portfolio"), "portfolio:portfolio_new", "portfolio.edit", "plus", _("create add")),
    )
