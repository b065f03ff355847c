"""Offers projects, programmes and portfolios to files and comments, and shows both as tabs of their pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.attachments.offers import COMMENTS, FILES, KINDS, Head, Kind, page_of
from pmo.attachments.panels import number_of_comments, number_of_files
from pmo.ui.pages import Crumb, Tab
from portfolio.projects import panels
from portfolio.projects.models import Portfolio, Programme, Project
from portfolio.projects.offers import PROJECTS, ProjectTab


def files_tab(subject: Any) -> Tab:
    return Tab(_("Files"), page_of(subject, FILES), number_of_files(subject))


def comments_tab(subject: Any) -> Tab:
    return Tab(_("Comments"), page_of(subject, COMMENTS), number_of_comments(subject))


def parent_tabs(parent: Portfolio | Programme, current: str) -> Sequence[Tab]:
    """The page of a portfolio or programme, its files, its comments."""
    files, comments = files_tab(parent), comments_tab(parent)
    return [
        Tab(_("Overview"), parent.get_absolute_url(), current=current == "overview"),
        Tab(files.label, files.url, files.count, current=current == FILES),
        Tab(comments.label, comments.url, comments.count, current=current == COMMENTS),
    ]


def project_head(project: Project, reader: User, part: str) -> Head:
    return Head(
        project.name,
        project.code,
        crumbs=panels.crumbs(project),
        facts=panels.facts(project),
        tabs=panels.tabs(project, part, reader),
        menu="portfolio:project_list",
    )


def parent_head(parent: Portfolio | Programme, reader: User, part: str) -> Head:
    above = getattr(parent, "portfolio", None)
    back = above or _("Portfolios")
    address = above.get_absolute_url() if above else reverse("portfolio:portfolio_list")
    return Head(
        parent.name,
        parent.code,
        crumbs=[Crumb(str(back), address)],
        facts=panels.parent_facts(parent),
        tabs=parent_tabs(parent, part),
        menu="portfolio:portfolio_list",
    )


def projects(user: Any) -> Any:
    return Project.objects.with_parents().visible_to(user)


def programmes(user: Any) -> Any:
    return Programme.objects.select_related("portfolio", "manager").visible_to(user)


def portfolios(user: Any) -> Any:
    return Portfolio.objects.select_related("parent", "unit", "manager").visible_to(user)


def managers(subject: Any) -> Sequence[User | None]:
    return [subject.manager]


def offer() -> None:
    """Called once, when the app is ready."""
    parents: dict[str, Any] = {"key": "code", "view": "portfolio.view", "head": parent_head, "followers": managers}
    KINDS.add(
        Kind("project", gettext_lazy("Project"), Project, projects, key="code", head=project_head, followers=managers)
    )
    KINDS.add(Kind("programme", gettext_lazy("Programme"), Programme, programmes, **parents))
    KINDS.add(Kind("portfolio", gettext_lazy("Portfolio"), Portfolio, portfolios, **parents))
    PROJECTS.tabs.append(ProjectTab(FILES, files_tab, order=60))
    PROJECTS.tabs.append(ProjectTab(COMMENTS, comments_tab, order=65))
