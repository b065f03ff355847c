"""Reads over portfolios, programmes and projects."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from pmo.access.policy import type_of_user
from portfolio.projects.models import Portfolio, Programme, Project
from portfolio.projects.scoping import portfolio_tree


def in_scope(*, portfolio: int | None = None, programme: int | None = None, unit_ids: set[int] | None = None) -> Q:
    """The filter of projects inside a portfolio (with its sub-portfolios), a programme or some units."""
    found = Q()
    if portfolio is not None:
        found &= Q(portfolio__in=portfolio_tree([portfolio]))
    if programme is not None:
        found &= Q(programme=programme)
    if unit_ids is not None:
        found &= Q(unit__in=unit_ids)
    return found


def find(user: type_of_user, text: str, limit: int = 10) -> list[Project]:
    """Projects whose code or name matches what was typed, best first; one query."""
    wanted = Q(code__istartswith=text) | Q(name__icontains=text) | Q(short_name__icontains=text)
    return list(Project.objects.visible_to(user).filter(wanted).order_by("state", "name")[:limit])


def tree(user: type_of_user) -> list[tuple[Portfolio, list[Programme]]]:
    """The portfolios that the person sees, each with its visible programmes; two queries."""
    programmes: dict[int, list[Any]] = {}
    for programme in Programme.objects.visible_to(user).select_related("manager"):
        programmes.setdefault(programme.portfolio_id, []).append(programme)
    portfolios = Portfolio.objects.visible_to(user).select_related("manager", "parent")
    return [(portfolio, programmes.get(portfolio.pk, [])) for portfolio in portfolios]
