"""How lists of status reports look and what they can be filtered by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.kernel import rag
from pmo.ui import words
from pmo.ui.filters import ChoiceFilter, FilterSet, ManyFilter, PickFilter, RelatedFilter
from pmo.ui.tables import Badge, Date, Link, Moment, Number, Person, Rag, Strip, Table, Text
from portfolio.projects.models import Cadence, Portfolio, Programme, Project
from portfolio.projects.scoping import portfolio_tree
from portfolio.projects.tables import ProjectFilters
from portfolio.status.models import Origin, ReportState, StatusReport

STATUS_CHOICES = [*((value, words.STATUS[value]) for value in rag.ALL), ("none", words.STATUS[""])]


STATUS_RANKS = ("", *sorted(rag.SEVERITY, key=lambda value: rag.SEVERITY[value]))


class StatusReportFilters(FilterSet):
    """The filters of every list of status reports."""

    search_fields = ("project__code", "project__name", "summary")

    project = PickFilter(
        queryset=Project.objects.all(),
        to_field_name="code",
        source="project",
        names=("name", "code"),
        label=gettext_lazy("Project"),
    )
    portfolio = RelatedFilter(
        queryset=Portfolio.objects.all(),
        method="in_portfolio",
        label=gettext_lazy("Portfolio"),
        everything=gettext_lazy("All portfolios"),
    )
    programme = RelatedFilter(
        queryset=Programme.objects.all(),
        field_name="project__programme",
        label=gettext_lazy("Programme"),
        everything=gettext_lazy("All programmes"),
    )
    state = ManyFilter(choices=ReportState, label=gettext_lazy("State"))
    origin = ChoiceFilter(choices=Origin, label=gettext_lazy("Origin"))
    status = ManyFilter(choices=STATUS_CHOICES, method="with_status", label=gettext_lazy("Status"))
    date_from = django_filters.DateFilter(field_name="as_of", lookup_expr="gte", label=gettext_lazy("As of, from"))
    date_until = django_filters.DateFilter(field_name="as_of", lookup_expr="lte", label=gettext_lazy("As of, until"))

    class Meta:
        model = StatusReport
        fields: list[str] = []

    def in_portfolio(self, queryset: QuerySet[Any], name: str, value: Portfolio) -> QuerySet[Any]:
        return queryset.filter(project__portfolio__in=portfolio_tree([value.pk]))

    def with_status(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        return queryset.filter(overall__in=["" if each == "none" else each for each in value])


class LateFilters(ProjectFilters):
    """The filters of who is late: all of them are."""

    late = None


STATE_TONES = {"draft": "grey", "submitted": "blue", "returned": "amber", "published": "green", "superseded": "grey"}


class StatusReportTable(Table):
    """A row of a list of reports."""

    report = Link(
        lambda row: _("Report %(number)s") % {"number": row.number},
        gettext_lazy("Report"),
        sort="number",
        sub=lambda row: _("edition %(edition)s") % {"edition": row.edition} if row.edition > 1 else "",
    )
    project = Link(
        lambda row: row.project.name,
        gettext_lazy("Project"),
        sort="project__name",
        to=lambda row: row.project.get_absolute_url(),
        sub=lambda row: row.project.code,
        group="project_id",
    )
    as_of = Date("as_of", gettext_lazy("As of"), sort="as_of")
    overall = Rag("overall", gettext_lazy("Overall"), sort="overall", ranks=STATUS_RANKS)
    state = Badge("state", gettext_lazy("State"), sort="state", tones=STATE_TONES, choices=dict(ReportState.choices))
    author = Person("author", gettext_lazy("Author"), sort=("author__first_name", "author__last_name"))
    submitted = Moment("submitted_at", gettext_lazy("Submitted"), sort="submitted_at")
    published = Moment("published_at", gettext_lazy("Published"), sort="published_at")
    unchanged = Number(
        lambda row: row.unchanged or None, gettext_lazy("Unchanged in a row"), sort="unchanged", places=0
    )
    origin = Badge("origin", gettext_lazy("Origin"), choices=dict(Origin.choices))

    default = ("report", "project", "as_of", "overall", "state", "author", "submitted", "unchanged")
    order = "-as_of,project"


class LateTable(Table):
    """A project whose report is overdue."""

    project = Link("name", gettext_lazy("Project"), sort="name", sub=lambda row: row.code)
    manager = Person("manager", gettext_lazy("Manager"), sort=("manager__first_name", "manager__last_name"))
    status = Rag("status_overall", gettext_lazy("Last status"))
    trend = Strip(lambda row: [value for _day, value in row.status_strip], gettext_lazy("Last 12 reports"))
    last = Date("status_as_of", gettext_lazy("Last report"), sort="status_as_of", absent=gettext_lazy("never"))
    due = Date("report_due_on", gettext_lazy("Due"), sort="report_due_on")
    late = Number(lambda row: (row.seen_on - row.report_due_on).days, gettext_lazy("Days late"), sort="report_due_on")
    cadence = Text(
        lambda row: row.get_cadence_display(),
        gettext_lazy("Cadence"),
        sort="cadence",
        group="cadence",
        ranks=Cadence.values,
    )
    unit = Text("unit", gettext_lazy("Unit"), sort="unit__name", group="unit_id")

    default = ("project", "manager", "status", "trend", "last", "due", "late", "cadence")
    order = "due,project"
