"""What a home is about: everything, or one portfolio, programme or unit that the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from pmo.access.models import User
from pmo.organisation.models import Organisation, Unit
from pmo.organisation.queries import subtree
from portfolio.projects.models import Portfolio, Programme, Project
from portfolio.projects.queries import in_scope
from reporting.dashboard.queries import PortfolioState, state_of
from reporting.dashboard.rules import Periods


@dataclass(frozen=True)
class Part:
    """A portfolio, programme or unit with the filter of its projects; the whole has neither."""

    subject: Any = None
    inside: Q = Q()
    kind: str = ""

    @property
    def url(self) -> str:
        """Its home."""
        if self.subject is None:
            return reverse("reporting:home")
        key = self.subject.pk if self.kind == "unit" else self.subject.code
        return reverse(f"reporting:{self.kind}_home", args=[key])

    def projects(self, reader: User) -> QuerySet[Any]:
        """Its projects that the reader may see."""
        return Project.objects.visible_to(reader).filter(self.inside)

    def state(
        self, reader: User, organisation: Organisation, at: date, today: date, periods: Periods
    ) -> PortfolioState:
        """Its projects at a business date."""
        return state_of(self.projects(reader), organisation, at, today, periods)


def find_portfolio(code: str, reader: User) -> Part | None:
    found = Portfolio.objects.visible_to(reader).filter(code=code).first()
    return Part(found, in_scope(portfolio=found.pk), "portfolio") if found else None


def find_programme(code: str, reader: User) -> Part | None:
    found = Programme.objects.visible_to(reader).filter(code=code).first()
    return Part(found, in_scope(programme=found.pk), "programme") if found else None


def find_unit(pk: int, reader: User) -> Part | None:
    """A unit with those below it; only units that run a visible project have a home."""
    unit = Unit.objects.filter(pk=pk).first()
    part = Part(unit, in_scope(unit_ids=subtree([pk])), "unit")
    return part if unit is not None and part.projects(reader).exists() else None
