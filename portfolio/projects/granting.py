"""Tells access within what a role can be granted, and the history which records a reach uncovers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pmo.access.offers import REACHABLE, SCOPE_KINDS, SCOPES, Reachable, ScopeKind
from pmo.access.reach import Reach
from pmo.audit.models import Record
from pmo.audit.offers import PROJECTS_OF_CODE
from pmo.audit.tracking import event_model_of
from portfolio.projects.models import Portfolio, Programme, Project
from portfolio.projects.scoping import hidden_projects, portfolios, programmes, projects


def nameable_projects() -> Any:
    """Projects that may be named to those who grant roles: the existence of confidential ones is hidden from them."""
    return Project.objects.filter(confidential=False)


def records(reach: Reach, user: Any, writes: bool = False) -> Q:
    """The records of acts on whatever the reach covers; a confidential project hides its records too."""
    if reach.everything:
        hidden = set(hidden_projects(reach, user).values_list("pk", flat=True))
        return ~Q(project_id__in=hidden | _hidden_when_gone())
    return (
        Q(project_id__in=_ids(Project, projects(reach, user)))
        | Q(object_type="portfolio.portfolio", object_id__in=_ids(Portfolio, portfolios(reach, user)))
        | Q(object_type="portfolio.programme", object_id__in=_ids(Programme, programmes(reach, user)))
    )


def _ids(model: Any, reached: Q) -> Any:
    return model.objects.filter(reached).values("pk")


def _hidden_when_gone() -> set[int]:
    """Projects that were confidential when they were deleted; nobody is named on them any more."""
    events = event_model_of(Project)._default_manager.filter(pgh_label="delete", confidential=True)
    return set(events.values_list("pgh_obj_id", flat=True))


def projects_of_code(user: Any, code: str) -> Iterable[int]:
    """The project of that code, for those who see it."""
    return Project.objects.visible_to(user).filter(code__iexact=code).values_list("pk", flat=True)


def offer() -> None:
    """Called once, when the app is ready."""
    PROJECTS_OF_CODE.append(projects_of_code)
    SCOPE_KINDS.add(ScopeKind("portfolio", _("Portfolio"), Portfolio.objects.all))
    SCOPE_KINDS.add(ScopeKind("programme", _("Programme"), Programme.objects.all))
    SCOPE_KINDS.add(ScopeKind("project", _("Project"), nameable_projects))
    SCOPES.add(Record, records)
    REACHABLE.append(Reachable("projects", _("Projects"), lambda user: nameable_projects().visible_to(user)))
