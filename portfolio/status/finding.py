"""Finds status reports by what is written in them, and offers to write one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access import preferences
from pmo.access.models import User
from pmo.access.policy import within
from pmo.search import queries as search
from pmo.search.wording import entries, of_json, of_parts
from pmo.ui.offers import COMMANDS, SEARCH, Command, CommandSource, Hit, Parent, Parts, SearchSource
from portfolio.projects.models import Project
from portfolio.status.models import PUBLIC_STATES, DecisionNeeded, ReportState, StatusReport


def _entries() -> Any:
    return entries(
        StatusReport,
        code="project__code",
        title="project__name",
        body=(
            "summary",
            "overall_comment",
            of_json("dimensions", "$.*.comment"),
            of_json("achievements"),
            of_json("next_steps"),
            of_json("commentary"),
            of_parts(DecisionNeeded, "report", "text", "recommendation"),
        ),
        at="as_of",
        group="project",
        retired=Q(state=ReportState.SUPERSEDED),
    )


def _hit(report: StatusReport) -> Hit:
    day = preferences.day(report.as_of)
    if report.state not in PUBLIC_STATES:
        told = _("Report as of %(date)s, %(state)s") % {
            "date": day,
            "state": preferences.within_sentence(report.get_state_display()),
        }
    else:
        told = _("Report as of %(date)s") % {"date": day}
    return Hit(report.project.name, told, report.get_absolute_url(), report.project.code, report.overall)


def writable(user: User, typed: str, limit: int) -> Iterator[Hit]:
    """“Write status of …” for the projects that were named and whose reports the person writes."""
    projects = Project.objects.visible_to(user, "status.write").active().order_by("report_due_on", "code")
    for project in search.named("project", user, projects, typed, limit):
        title = _("Write status of %(code)s") % {"code": project.code}
        yield Hit(title, project.name, reverse("portfolio:status_form", args=[project.code]))


REPORTS = SearchSource(
    "report",
    "r",
    gettext_lazy("Status reports"),
    "checklist",
    "project.view",
    StatusReport,
    _entries,
    lambda user: StatusReport.objects.visible_to(user).select_related("project"),
    _hit,
    dated=True,
    groups=lambda user: Project.objects.filter(
        within(user, "project.view", Project) | within(user, "status.view_draft", Project)
    ),
    parts=(Parts(DecisionNeeded, "report"),),
    parents=(Parent("project", ("code", "name")),),
)


def offer() -> None:
    """Called once, when the app is ready."""
    SEARCH.add(REPORTS)
    COMMANDS.add(
        Command(gettext_lazy("Check status reports"), "portfolio:status_queue", "status.check", "checklist"),
        Command(gettext_lazy("Chase late reports"), "portfolio:late_reports", "status.remind", "bell"),
    )
    COMMANDS.add_source(CommandSource("status.write", "edit", gettext_lazy("write status report"), writable))
