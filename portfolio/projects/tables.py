"""How lists of projects look and what they can be filtered by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.audit.as_of import instant_of
from pmo.kernel import rag
from pmo.organisation.models import Unit
from pmo.organisation.queries import organisation_of, subtree
from pmo.ui import formats, marks, words
from pmo.ui.columns import Typed
from pmo.ui.filters import ChoiceFilter, FilterSet, ManyFilter, PickFilter, RelatedFilter
from pmo.ui.pages import ListView
from pmo.ui.tables import Badge, Column, Date, Link, Money, Percent, Person, Rag, Slip, Strip, Table, Text
from portfolio.projects.models import (
    OPEN_STATES,
    InvestmentClass,
    Lifecycle,
    Method,
    Phase,
    Portfolio,
    Programme,
    Project,
)
from portfolio.projects.offers import PROJECTS
from portfolio.projects.scoping import portfolio_tree


def strip_values(project: Project) -> list[str]:
    """The values of the last reports, oldest first."""
    return [value for _day, value in project.status_strip]


def _where(project: Project) -> str:
    parts = (project.code, project.unit, project.get_phase_display())
    return " · ".join(str(part) for part in parts if part)


def _reason(name: str) -> Any:
    return lambda project: project.absent.get(name, "")


class Finish(Date):
    """The finish with its slip below."""

    def html(self, row: Any) -> str:
        drawn = super().html(row)
        return format_html("{}{}", mark_safe(drawn), marks.slip_line(row.slip_days)) if self.value(row) else drawn


class ReportAge(Column):
    """How old the last report is; late ones say by how many days, a first report says when it is due."""

    align = "n"

    def plain(self, value: Any, row: Any) -> str:
        return str(value.isoformat())

    def cell(self, value: Any, row: Any) -> Typed:
        return Typed(value, "yyyy-mm-dd")

    def html(self, row: Any) -> SafeString:
        if row.is_late:
            since = formats.age(row.status_as_of, row.seen_on) if row.status_as_of else _("never")
            late = _("%(days)s late") % {"days": formats.days((row.seen_on - row.report_due_on).days)}
            return format_html('<span class="t-red b">{}</span><div class="sub t-red">{}</div>', since, late)
        if row.status_as_of is None:
            due = formats.day(row.report_due_on) if row.report_due_on else ""
            text = _("first due %(day)s") % {"day": due} if due else _("no reports")
            return format_html('<span class="sub">{}</span>', text)
        return format_html("{}", formats.age(row.status_as_of, getattr(row, "seen_on", None)))


class ProjectTable(Table):
    """A row of a list of projects."""

    project = Link("name", gettext_lazy("Project"), sort="name", sub=_where)
    code = Text("code", gettext_lazy("Code"), sort="code", css="nw")
    manager = Person("manager", gettext_lazy("Manager"), sort=("manager__first_name", "manager__last_name"))
    sponsor = Person("sponsor", gettext_lazy("Sponsor"), sort=("sponsor__first_name", "sponsor__last_name"))
    status = Rag("status_overall", gettext_lazy("Status"), sort="severity")
    trend = Strip(strip_values, gettext_lazy("Last 12 reports"))
    portfolio = Text("portfolio", gettext_lazy("Portfolio"), sort="portfolio__name", group="portfolio_id")
    programme = Text("programme", gettext_lazy("Programme"), sort="programme__name", group="programme_id")
    unit = Text("unit", gettext_lazy("Unit"), sort="unit__name", group="unit_id")
    phase = Text(
        lambda row: row.get_phase_display(), gettext_lazy("Phase"), sort="phase", group="phase", ranks=Phase.values
    )
    state = Badge("state", gettext_lazy("State"), sort="state", choices=dict(Lifecycle.choices))
    investment_class = Text(
        lambda row: row.get_investment_class_display(),
        gettext_lazy("Class"),
        group="investment_class",
        ranks=InvestmentClass.values,
    )
    method = Text(lambda row: row.get_method_display(), gettext_lazy("Method"), group="method", ranks=Method.values)
    finish = Finish(
        lambda row: row.finish_actual or row.finish_forecast,
        gettext_lazy("Finish"),
        sort="finish_forecast",
        absent=_reason("finish_forecast"),
    )
    finish_baseline = Date("finish_baseline", gettext_lazy("Finish, baseline"), sort="finish_baseline")
    slip = Slip("slip_days", gettext_lazy("Slip, days"), sort="slip")
    whole_life_cost = Money(
        "whole_life_cost",
        gettext_lazy("Whole-life cost"),
        sort="whole_life_cost",
        total="whole_life_cost_home",
        currency="currency",
        absent=_reason("whole_life_cost"),
    )
    budget = Money(
        "budget",
        gettext_lazy("Budget"),
        sort="budget",
        total="budget_home",
        currency="currency",
        absent=_reason("budget"),
    )
    forecast = Money(
        "forecast",
        gettext_lazy("Forecast"),
        sort="forecast",
        total="forecast_home",
        currency="currency",
        absent=_reason("forecast"),
    )
    over = Percent("overrun", gettext_lazy("Over"), sort="overrun", sign=True, tone=marks.overrun_tone)
    report = ReportAge("status_as_of", gettext_lazy("Report"), sort="status_as_of")
    due = Date("report_due_on", gettext_lazy("Next report"), sort="report_due_on")

    default = (
        "project", "manager", "status", "trend", "finish", "whole_life_cost", "budget", "forecast", "over", "report",
    )  # fmt: skip
    order = "-status,-slip"


STATUS_CHOICES = [(value, words.STATUS[value]) for value in (*rag.ALL,)] + [("none", words.STATUS[""])]


class ProjectFilters(FilterSet):
    """The filters of every list of projects: page, dashboard and API."""

    search_fields = ("code", "name", "short_name", "manager__first_name", "manager__last_name")

    portfolio = RelatedFilter(
        queryset=Portfolio.objects.all(),
        method="in_portfolio",
        label=gettext_lazy("Portfolio"),
        everything=gettext_lazy("All portfolios"),
    )
    programme = RelatedFilter(
        queryset=Programme.objects.all(),
        label=gettext_lazy("Programme"),
        everything=gettext_lazy("All programmes"),
        null_label=gettext_lazy("Outside programmes"),
        null_value="none",
    )
    unit = RelatedFilter(
        queryset=Unit.objects.all(),
        method="in_unit",
        label=gettext_lazy("Unit"),
        everything=gettext_lazy("All units"),
    )
    manager = PickFilter(
        queryset=User.objects.people(),
        to_field_name="username",
        source="person",
        names=User.NAMES,
        label=gettext_lazy("Manager"),
    )
    status = ManyFilter(choices=STATUS_CHOICES, method="with_status", label=gettext_lazy("Status"))
    phase = ChoiceFilter(choices=Phase, label=gettext_lazy("Phase"), everything=gettext_lazy("All phases"))
    investment_class = ChoiceFilter(
        choices=InvestmentClass, label=gettext_lazy("Class"), everything=gettext_lazy("All classes")
    )
    method = ChoiceFilter(choices=Method, label=gettext_lazy("Method"), everything=gettext_lazy("All methods"))
    state = ChoiceFilter(choices=Lifecycle, label=gettext_lazy("State"), everything=gettext_lazy("All states"))
    late = django_filters.BooleanFilter(
        method="only_late", label=gettext_lazy("Report late"), widget=forms.CheckboxInput
    )

    class Meta:
        model = Project
        fields: list[str] = []

    def in_portfolio(self, queryset: QuerySet[Any], name: str, value: Portfolio) -> QuerySet[Any]:
        return queryset.filter(portfolio__in=portfolio_tree([value.pk]))

    def in_unit(self, queryset: QuerySet[Any], name: str, value: Unit) -> QuerySet[Any]:
        return queryset.filter(unit__in=subtree([value.pk]))

    def with_status(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        return queryset.filter(status_overall__in=["" if each == "none" else each for each in value])

    def only_late(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        late = PROJECTS.late(organisation_of(self.request), instant_of(queryset))
        return queryset.filter(late) if value else queryset


class PortfolioFilters(FilterSet):
    """The filters of portfolios."""

    search_fields = ("code", "name")

    parent = RelatedFilter(queryset=Portfolio.objects.all(), label=gettext_lazy("Part of"))

    class Meta:
        model = Portfolio
        fields: list[str] = []


class ProgrammeFilters(FilterSet):
    """The filters of programmes."""

    search_fields = ("code", "name")

    portfolio = RelatedFilter(queryset=Portfolio.objects.all(), label=gettext_lazy("Portfolio"))

    class Meta:
        model = Programme
        fields: list[str] = []


RED_AND_AMBER = Q(status_overall__in=[value for value in rag.ALL if rag.SEVERITY[value] >= rag.SEVERITY[rag.AMBER]])

OPEN = Q(state__in=OPEN_STATES)
LIST_VIEWS = (
    ListView("active", gettext_lazy("All active"), OPEN),
    ListView("attention", gettext_lazy("Red and amber"), OPEN & RED_AND_AMBER),
    ListView("over", gettext_lazy("Over budget"), OPEN & Q(budget__gt=0, forecast__gt=F("budget"))),
    ListView("slipped", gettext_lazy("Finish slipped"), OPEN & Q(slip__gt=timedelta(0))),
    ListView("all", gettext_lazy("All, closed too"), Q()),
)
