"""What reports bring to the page of a project: health, latest status, the way to the next report, who is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.access.models import User
from pmo.access.policy import can
from pmo.audit.as_of import instant_of
from pmo.kernel import rag
from pmo.organisation.models import Organisation
from pmo.organisation.queries import day_of, organisation_of
from pmo.ui import formats, words
from pmo.ui.columns import keeping
from pmo.ui.explaining import keeping_as_of, why
from pmo.ui.pages import Bulk, Door, ListView, Panel, Tab
from portfolio.projects.models import Project
from portfolio.projects.offers import PROJECTS, ProjectTab
from portfolio.status import actions
from portfolio.status.content import computed_health
from portfolio.status.models import DIMENSION_LABELS, ReportState, StatusReport
from portfolio.status.past import with_decisions_then
from portfolio.status.queries import STRIP_LENGTH, last_published, last_reports, late_filter, open_report
from portfolio.status.worksheet import computed_words


@dataclass(frozen=True)
class Reports:
    """The reports that several panels of one page show: the last published and the open one."""

    last: StatusReport | None
    open: StatusReport | None


def reports_of(project: Project) -> Reports:
    """Read once for each project object; two queries."""
    found = project.__dict__.get("_reports")
    if found is None:
        found = project.__dict__["_reports"] = Reports(last_published(project), open_report(project))
    return found


# --- health -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class HealthChip:
    """A declared status beside the computed one."""

    name: str
    label: str
    value: str
    trend: str
    computed: str
    reason: str

    @property
    def agrees(self) -> bool | None:
        """None when nothing was computed or declared."""
        if not self.computed or not self.value:
            return None
        return self.computed == self.value


def health_chips(project: Project, last: StatusReport | None, organisation: Organisation) -> list[HealthChip]:
    """Overall and the eight dimensions, declared and computed."""
    health = computed_health(project, organisation)
    chips = [_overall_chip(last, health)]
    for name in rag.DIMENSIONS:
        judged = last.judgement(name) if last else {"value": "", "trend": ""}
        found = health.get(name)
        reason = computed_words(name, found) if found else ""
        chips.append(
            HealthChip(
                name,
                str(DIMENSION_LABELS[name]),
                judged["value"],
                judged["trend"],
                found.value if found else "",
                reason,
            )
        )
    return chips


def _overall_chip(last: StatusReport | None, health: Mapping[str, Any]) -> HealthChip:
    worst = rag.worst(each.value for each in health.values())
    reason = _("the worst of the computed dimensions")
    return HealthChip(
        "overall",
        str(words.DIMENSIONS["overall"]),
        last.overall if last else "",
        last.overall_trend if last else "",
        worst,
        reason,
    )


@dataclass(frozen=True)
class StripCell:
    """One report of the strip; the last cell may be the one that is due."""

    label: str
    value: str
    url: str
    due: bool = False


def strip_cells(project: Project, today: date) -> list[StripCell]:
    """The last reports as links, oldest first, closed by the report that is due; one query."""
    found = last_reports(today, [project.pk], STRIP_LENGTH, instant_of(project))[project.pk]
    written = _day if project.cadence in ("weekly", "fortnightly") else _month
    cells = [
        StripCell(written(as_of), value, reverse("portfolio:status_report", args=[pk])) for as_of, value, pk in found
    ]
    if project.report_due_on is not None and project.is_open:
        cells = [*cells[-(STRIP_LENGTH - 1) :], StripCell(written(project.report_due_on), "", "", due=True)]
    return cells


def _day(day: date) -> str:
    return formats.day(day, "j M")


def _month(day: date) -> str:
    this_year = day.year == timezone.localdate().year
    return formats.day(day, "M" if this_year else "M y")


def _health(request: HttpRequest, project: Project) -> Mapping[str, Any] | None:
    last = reports_of(project).last
    organisation = organisation_of(request)
    chips = health_chips(project, last, organisation)
    differing = [chip for chip in chips[1:] if chip.agrees is False]
    today = day_of(organisation, instant_of(project))
    return {
        "project": project,
        "chips": chips,
        "cells": strip_cells(project, today),
        "differing": len(differing),
        "of": len(rag.DIMENSIONS),
        "note": _declared_on(project, last, today),
        "reports_url": reverse("portfolio:project_reports", args=[project.code]),
    }


def _declared_on(project: Project, last: StatusReport | None, today: date) -> str:
    """When the declared status was reported, and how long ago that is."""
    if last is None:
        return _("never reported yet")
    age = format_html('<span data-figure="report-age">{}</span>', formats.age(last.as_of, today))
    told = _("declared on %(day)s") % {"day": formats.day(last.as_of)}
    return format_html("{} · {}{}", told, age, why("report-age", project=project.code, as_of=keeping_as_of(project)))


def unchanged_words(number: int) -> str:
    """For how many reports nothing has changed."""
    return ngettext("Unchanged for %(n)s report.", "Unchanged for %(n)s reports.", number) % {"n": number}


def _latest(request: HttpRequest, project: Project) -> Mapping[str, Any]:
    last = reports_of(project).last
    if last is None:
        return {"report": None, "project": project}
    instant = instant_of(last)
    if instant is not None:
        with_decisions_then([last], instant)
    return {
        "report": last,
        "project": project,
        "decisions": list(last.decisions.all()),
        "note": _("Report %(number)s · %(day)s") % {"number": last.number, "day": formats.day(last.as_of)},
        "link": keeping(last.get_absolute_url(), last),
        "link_label": _("Open report"),
    }


# --- doors ------------------------------------------------------------------------------------------------------------
def next_step(user: User, project: Project) -> Door | None:
    """The one thing to do about this project's report: write, continue or mend it, or check it."""
    report = reports_of(project).open
    if report is not None and report.state == ReportState.SUBMITTED:
        return _check_door(user, project, report)
    if not project.is_open or not can(user, "status.write", project):
        return None
    if report is None:
        label = _("Write %(month)s report") % {"month": _month_name(project.report_due_on or timezone.localdate())}
        return Door(
            label, reverse("portfolio:status_start", args=[project.code]), icon="pencil", primary=True, post=True
        )
    label = _("Mend report %(number)s") if report.state == ReportState.RETURNED else _("Continue report %(number)s")
    address = reverse("portfolio:status_form", args=[project.code])
    return Door(label % {"number": report.number}, address, icon="pencil", primary=True)


def _month_name(day: date) -> str:
    return formats.day(day, "F")


def _check_door(user: User, project: Project, report: StatusReport) -> Door | None:
    if can(user, "status.publish", project):
        label = _("Check report %(number)s") % {"number": report.number}
        return Door(label, report.get_absolute_url(), icon="checklist", primary=True)
    if can(user, "status.view_draft", project):
        return Door(_("See report %(number)s") % {"number": report.number}, report.get_absolute_url(), icon="eye")
    return None


# --- lists ------------------------------------------------------------------------------------------------------------
def late(organisation: Organisation, instant: datetime | None = None) -> Q:
    """The projects whose report is late today, or was at an instant."""
    return late_filter(day_of(organisation, instant), organisation.report_grace_days, instant)


def _late_rows(page: Any) -> Q:
    return late(page.organisation, page.instant)


def ask(pk: int, *, actor: User) -> None:
    """One row of the bulk action."""
    actions.ask_for_reports([pk], actor=actor)


ASK = Bulk("status.remind", gettext_lazy("Ask for report"), ask, icon="send")


def _reports_tab(project: Project) -> Tab:
    return Tab(_("Reports"), reverse("portfolio:project_reports", args=[project.code]), past=True)


def offer() -> None:
    """Called once, when the app is ready."""
    PROJECTS.panels += [
        Panel(
            "health",
            gettext_lazy("Health"),
            "portfolio/panels/health.html",
            _health,
            column="wide",
            order=10,
            past=True,
        ),
        Panel("latest", gettext_lazy("Latest status"), "portfolio/panels/latest.html", _latest, order=10, past=True),
    ]
    PROJECTS.tabs.append(ProjectTab("reports", _reports_tab, order=20))
    PROJECTS.doors.append(next_step)
    PROJECTS.views.append(ListView("late", gettext_lazy("Late reports"), _late_rows))
    PROJECTS.bulk.append(ASK)
    PROJECTS.late = late
