"""Reads over portfolios, programmes and projects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case, Count, DateField, DurationField, ExpressionWrapper, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from pmo.access.policy import type_of_user
from pmo.audit.as_of import instant_of, known_to
from pmo.kernel.money import common_currency
from pmo.kernel.rag import SEVERITY
from pmo.organisation.models import Organisation
from pmo.organisation.queries import day_of
from portfolio.projects.models import Portfolio, Programme, Project
from portfolio.projects.offers import PROJECTS
from portfolio.projects.scoping import portfolio_tree

AMOUNTS = ("whole_life_cost", "budget", "forecast")


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


def tree(user: type_of_user, instant: datetime | None = None) -> list[tuple[Portfolio, list[Programme]]]:
    """The portfolios that the person sees, each with its visible programmes, today or at an instant; two queries."""
    programmes: dict[int, list[Any]] = {}
    for programme in known_to(Programme.objects.select_related("manager"), user, instant):
        programmes.setdefault(programme.portfolio_id, []).append(programme)
    portfolios = known_to(Portfolio.objects.select_related("manager", "parent"), user, instant)
    return [(portfolio, programmes.get(portfolio.pk, [])) for portfolio in portfolios]


def money_of(projects: Any, organisation: Organisation) -> str:
    """The currency in which a set of projects is summed; one query."""
    used = projects.order_by().values_list("currency", flat=True).distinct()
    return common_currency(used, organisation.currency)


def listed(projects: Any, organisation: Organisation, currency: str = "") -> Any:
    """The projects with everything a row shows: parents, severity, slip, overrun, lateness, amounts that may be summed.

    Amounts in another currency than the one asked for, or the organisation's, are shown but left out of sums.
    """
    finish = Coalesce("finish_actual", "finish_forecast")
    at_home = Q(currency=currency or organisation.currency)
    instant = instant_of(projects)
    return projects.with_parents().annotate(
        severity=Case(
            *(When(status_overall=value, then=Value(weight)) for value, weight in SEVERITY.items()),
            default=Value(0),
            output_field=IntegerField(),
        ),
        slip=ExpressionWrapper(finish - F("finish_baseline"), output_field=DurationField()),
        overrun=Case(When(budget__gt=0, then=(F("forecast") - F("budget")) / F("budget"))),
        seen_on=Value(day_of(organisation, instant), output_field=DateField()),
        is_late=Case(When(PROJECTS.late(organisation, instant), then=Value(True)), default=Value(False)),
        **{f"{name}_home": Case(When(at_home, then=F(name))) for name in AMOUNTS},
    )


def counts_by_parent(
    user: type_of_user, instant: datetime | None = None
) -> dict[tuple[int, int | None], dict[str, int]]:
    """Open visible projects by (portfolio, programme) and reported status; one query."""
    rows = (
        known_to(Project.objects.all(), user, instant)
        .active()
        .order_by()
        .values_list("portfolio", "programme", "status_overall")
        .annotate(number=Count("pk"))
    )
    found: dict[tuple[int, int | None], dict[str, int]] = {}
    for portfolio, programme, status, number in rows:
        found.setdefault((portfolio, programme), {})[status] = number
    return found
