"""What a home knows of every project: thousands of narrow rows, read as they lie in the table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.urls import reverse

from pmo.kernel.limits import Limits
from pmo.organisation.models import Organisation
from portfolio.projects.models import OPEN_STATES, OWES_REPORTS, Lifecycle, label_of
from portfolio.projects.offers import PROJECTS
from portfolio.projects.rules.finish import slip_days
from portfolio.status.rules import Computed, computed_health


class Columns(NamedTuple):
    """The columns in the order in which they are read."""

    pk: int
    code: str
    name: str
    short_name: str
    state: str
    cadence: str
    phase: str
    manager_id: int | None
    unit_id: int | None
    unit_name: str | None
    finish_baseline: date | None
    finish_forecast: date | None
    finish_actual: date | None
    currency: str
    whole_life_cost: Decimal | None
    budget: Decimal | None
    forecast: Decimal | None
    report_due_on: date | None
    status_as_of: date | None
    status_overall: str
    declared_schedule: str | None
    declared_cost: str | None
    owes_reports: bool
    is_late: bool


class Brief(Columns):
    """One project. Rows that are shown with more than this are read as projects."""

    __slots__ = ()

    @property
    def label(self) -> str:
        return label_of(self.short_name, self.name)

    @property
    def url(self) -> str:
        return reverse("portfolio:project", args=[self.code])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def state_label(self) -> str:
        return str(Lifecycle(self.state).label)

    @property
    def finish(self) -> date | None:
        """The actual finish, else the forecast one."""
        return self.finish_actual or self.finish_forecast

    @property
    def slip_days(self) -> int | None:
        return slip_days(self.finish_baseline, self.finish)

    @property
    def declared(self) -> dict[str, str]:
        """The judgements of the last report that figures can be held against."""
        return {"schedule": self.declared_schedule or "", "cost": self.declared_cost or ""}

    def computed(self, limits: Limits) -> dict[str, Computed]:
        """The same from dates and money."""
        return computed_health(self.slip_days, self.budget, self.forecast, limits)


def briefs_of(projects: QuerySet[Any], organisation: Organisation) -> Sequence[Brief]:
    """The projects of a queryset by code; one query."""
    told = {
        "unit_name": F("unit__name"),
        "declared_schedule": KT("status_dimensions__schedule"),
        "declared_cost": KT("status_dimensions__cost"),
        "owes_reports": Case(When(OWES_REPORTS, then=Value(True)), default=Value(False)),
        "is_late": Case(When(PROJECTS.late(organisation, None), then=Value(True)), default=Value(False)),
    }
    rows = projects.order_by("code").annotate(**told).values_list(*Columns._fields)
    return [Brief._make(row) for row in rows]
