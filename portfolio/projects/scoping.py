"""What a reach means for portfolios, programmes and projects; confidential projects are for those named only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from pmo.access.reach import Reach
from pmo.organisation.queries import subtree, units_of
from portfolio.projects.models import Portfolio, Programme, Project

OWNERS = {"project_manager": "manager", "executive": "sponsor"}
"""The field of a project that makes a person the holder of a role in it."""


def portfolio_tree(ids: Iterable[int], manager: int | None = None) -> set[int]:
    """The portfolios, those that a person manages, and all below them; one query."""
    wanted = set(ids)
    if not wanted and manager is None:
        return wanted
    rows = list(Portfolio.objects.values_list("pk", "parent_id", "manager_id"))
    if manager is not None:
        wanted |= {pk for pk, _parent, manages in rows if manages == manager}
    while True:
        below = {pk for pk, parent, _manages in rows if parent in wanted and pk not in wanted}
        if not below:
            return wanted
        wanted |= below


def projects(reach: Reach, user: Any, writes: bool = False) -> Q:
    """The projects that a reach covers for this person."""
    reached = Q() if reach.everything else _reached(reach, user)
    named = Q(confidential=False) | Q(manager=user) | Q(sponsor=user) | Q(pk__in=reach.ids.get("project", ()))
    return reached if user.is_system else reached & named


def hidden_projects(reach: Reach, user: Any) -> QuerySet[Project]:
    """Confidential projects that the reach does not uncover for this person."""
    visible = Project.objects.filter(projects(reach, user)).values("pk")
    return Project.objects.filter(confidential=True).exclude(pk__in=visible).order_by()


def _reached(reach: Reach, user: Any) -> Q:
    found = Q(pk__in=reach.ids.get("project", ()))
    found |= Q(programme__in=reach.ids.get("programme", ()))
    found |= Q(portfolio__in=_granted_portfolios(reach, user))
    found |= Q(unit__in=_granted_units(reach, user))
    for role in reach.own_projects & OWNERS.keys():
        found |= Q(**{OWNERS[role]: user})
    return found


def _granted_portfolios(reach: Reach, user: Any) -> set[int]:
    """Portfolios granted or managed, with all below them; read once for a user object, as its grants are."""
    known = user.__dict__.setdefault("_scope_cache", {})
    key = ("portfolios", reach.own_portfolios, reach.ids.get("portfolio", frozenset()))
    if key not in known:
        known[key] = portfolio_tree(reach.ids.get("portfolio", ()), user.pk if reach.own_portfolios else None)
    return set(known[key])


def _granted_units(reach: Reach, user: Any) -> set[int]:
    """Units granted or one's own, with all below them; read once for a user object."""
    known = user.__dict__.setdefault("_scope_cache", {})
    key = ("units", reach.own_units, reach.ids.get("unit", frozenset()))
    if key not in known:
        known[key] = subtree(reach.ids.get("unit", ())) | (units_of(user) if reach.own_units else set())
    return set(known[key])


def portfolios(reach: Reach, user: Any, writes: bool = False) -> Q:
    """Portfolios granted or managed; to see, also those that contain a reachable project."""
    if reach.everything:
        return Q()
    granted = _granted_portfolios(reach, user)
    if writes:
        return Q(pk__in=granted)
    holding = Project.objects.filter(projects(reach, user)).values("portfolio")
    return Q(pk__in=granted) | Q(pk__in=holding)


def programmes(reach: Reach, user: Any, writes: bool = False) -> Q:
    """Programmes granted or of reachable portfolios; to see, also those that contain a reachable project."""
    if reach.everything:
        return Q()
    granted = _granted_portfolios(reach, user)
    reached = Q(portfolio__in=granted) | Q(pk__in=reach.ids.get("programme", ()))
    if writes:
        return reached
    holding = Project.objects.filter(projects(reach, user)).exclude(programme=None).values("programme")
    return reached | Q(pk__in=holding)


def offer_scopes(add: Any) -> None:
    """Tell access how to cut the models of this room."""
    add(Project, projects)
    add(Portfolio, portfolios)
    add(Programme, programmes)
