"""Lists of reports: all, those to check, those of one project, and who is late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import DateField, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import within
from pmo.kernel.errors import NotVisible
from pmo.organisation.queries import day_of
from pmo.ui.pages import Bulk, Crumb, Door, ListPage, ListView, page
from portfolio.projects import panels as project_panels
from portfolio.projects.models import Project
from portfolio.status.models import ReportState, StatusReport
from portfolio.status.panels import ASK, late, strip_cells
from portfolio.status.past import published_then
from portfolio.status.tables import LateFilters, LateTable, StatusReportFilters, StatusReportTable


def _to_check(page: Any) -> Q:
    projects = Project.objects.filter(within(page.user, "status.publish", Project)).values("pk")
    return Q(state=ReportState.SUBMITTED, project__in=projects)


class ReportLister(ListPage):
    """What all lists of reports share."""

    queryset = StatusReport.objects.select_related("project", "author")
    keeps_history = True
    table, filters = StatusReportTable, StatusReportFilters
    noun = gettext_lazy("Reports")

    def visible(self) -> QuerySet[Any]:
        rows = super().visible()
        return rows if self.instant is None else published_then(rows, self.user)


@page("reports/", name="portfolio:report_list", may="project.view")
class ReportList(ReportLister):
    """Every report that the reader may see."""

    title = gettext_lazy("Status reports")
    empty = gettext_lazy("No report has been written yet. A project manager starts one on the page of a project.")
    views = (
        ListView("published", gettext_lazy("Published"), Q(state=ReportState.PUBLISHED)),
        ListView("check", gettext_lazy("To check"), _to_check),
        ListView("open", gettext_lazy("Being written"), Q(state__in=(ReportState.DRAFT, ReportState.RETURNED))),
        ListView("all", gettext_lazy("All editions"), Q()),
    )

    def doors(self) -> Sequence[Door]:
        return [Door(_("Who is late"), reverse("portfolio:late_reports"), icon="clock")]


@page("reports/to-check/", name="portfolio:status_queue", may="status.check")
class ReportQueue(ReportLister):
    """Submitted reports, the longest waiting first."""

    title = gettext_lazy("Reports to check")
    menu = "portfolio:report_list"
    empty = gettext_lazy("No report waits for a check.")

    def visible(self) -> QuerySet[Any]:
        return super().visible().filter(_to_check(self)).order_by("submitted_at")


@page("reports/late/", name="portfolio:late_reports", may="project.view")
class LateReports(ListPage):
    """Who is late with a report, and asking for it."""

    title = gettext_lazy("Who is late")
    noun = gettext_lazy("Late reports")
    keeps_history = True
    menu = "portfolio:report_list"
    table, filters = LateTable, LateFilters
    empty = gettext_lazy("No late reports.")
    bulk: ClassVar[Sequence[Bulk]] = (ASK,)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Status reports"), reverse("portfolio:report_list"))]

    def visible(self) -> QuerySet[Any]:
        day = Value(day_of(self.organisation, self.instant), output_field=DateField())
        owing = late(self.organisation, self.instant)
        projects: QuerySet[Any] = self.seen(Project.objects.with_parents()).filter(owing).annotate(seen_on=day)
        return projects


@page("projects/<str:code>/reports/", name="portfolio:project_reports", may="project.view")
class ProjectReports(ReportLister):
    """The reports of one project."""

    menu = "portfolio:project_list"
    template_name = "portfolio/status/project_reports.html"
    project: Project

    def prepare(self) -> None:
        found = self.seen(Project.objects.with_parents()).filter(code__iexact=self.kwargs["code"]).first()
        if found is None:
            raise NotVisible(_("This project does not exist, or you may not see it."))
        self.project = found

    def get_title(self) -> str:
        return self.project.name

    def visible(self) -> QuerySet[Any]:
        return super().visible().filter(project=self.project)

    def crumbs(self) -> Sequence[Crumb]:
        return project_panels.crumbs(self.project)

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(
            code=self.project.code,
            crumb_title=self.project.code,
            facts=project_panels.facts(self.project),
            tabs=self.keeping(project_panels.tabs(self.project, "reports", self.user)),
            phases=project_panels.phases(self.project),
            cells=strip_cells(self.project, self.today),
            **more,
        )
