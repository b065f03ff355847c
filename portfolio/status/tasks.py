"""Tells people about reports: who must check, whose report came back, whose is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from celery import shared_task
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.access.models import User
from pmo.access.queries import holders
from pmo.notices.telling import tell
from pmo.organisation.models import Organisation
from pmo.organisation.queries import house_today
from pmo.ui import formats
from portfolio.projects.models import Project
from portfolio.status import rules
from portfolio.status.models import StatusReport
from portfolio.status.queries import handed_in


def _url(report: StatusReport) -> str:
    return reverse("portfolio:status_report", args=[report.pk])


@shared_task(name="status.tell_checkers")
def tell_checkers(report_id: int) -> None:
    """A report waits for its check."""
    report = StatusReport.objects.select_related("project").filter(pk=report_id).first()
    if report is None:
        return
    people = [user for user in holders("status.publish", report.project) if user.pk != report.submitted_by_id]
    tell(
        people,
        kind="status",
        text=lambda: _("%(report)s waits for your check.") % {"report": report},
        url=_url(report),
        key=f"check-{report.pk}-{report.version}",
        about=report,
        view="status.view_draft",
    )


@shared_task(name="status.tell_author")
def tell_author(report_id: int, what: str) -> None:
    """A report came back or went out."""
    report = StatusReport.objects.select_related("project", "author", "submitted_by").filter(pk=report_id).first()
    if report is None:
        return
    texts: dict[str, Callable[[], str]] = {
        "returned": lambda: _("%(report)s was returned to you.") % {"report": report},
        "published": lambda: _("%(report)s was published.") % {"report": report},
    }
    tell(
        {report.author, report.submitted_by or report.author},
        kind="status",
        text=texts[what],
        url=_url(report),
        key=f"{what}-{report.pk}-{report.version}",
        about=report,
        view="status.view_draft",
    )


@shared_task(name="status.tell_manager")
def tell_manager(project_id: int, actor_id: int, day: str) -> None:
    """Somebody asks for a late report; at most one notice a day."""
    project = Project.objects.select_related("manager").filter(pk=project_id).first()
    actor = User.objects.filter(pk=actor_id).first()
    if project is None or project.manager is None or actor is None:
        return
    words = {"actor": actor, "project": project.name}
    tell(
        [project.manager],
        kind="asked",
        text=lambda: _("%(actor)s asks for the report of %(project)s.") % words,
        url=_project_url(project),
        key=f"asked-{project.pk}-{day}",
        about=project,
    )


def _project_url(project: Project) -> str:
    return reverse("portfolio:project", args=[project.code])


@shared_task(name="status.remind")
def remind() -> None:
    """Hourly: the manager before, on and after the due date; at last whoever answers for the portfolio."""
    organisation, today = Organisation.current(), house_today()
    days = rules.Reminders(
        organisation.report_remind_days, organisation.report_chase_days, organisation.report_escalate_days
    )
    owing = Project.objects.reporting().exclude(pk__in=handed_in().values("project"))
    due = owing.filter(report_due_on__in=[today + timedelta(days=gap) for gap in days.gaps()])
    for project in due.select_related("manager", "portfolio__manager"):
        assert project.report_due_on is not None
        kind = days.falling_on(project.report_due_on, today)
        if kind:
            _remind(project, kind, project.report_due_on, days)


def _remind(project: Project, kind: str, due_on: date, days: rules.Reminders) -> None:
    people = _answering(project) if kind == "escalate" else [project.manager] if project.manager else []
    tell(
        people,
        kind="escalation" if kind == "escalate" else "reminder",
        text=lambda: _words(project, kind, due_on, days),
        url=_project_url(project),
        key=f"due-{project.pk}-{due_on}-{kind}",
        about=project,
    )


def _answering(project: Project) -> list[User]:
    """The portfolio's manager; where there is none, those of the PMO who check its reports."""
    manager = project.portfolio.manager
    return [manager] if manager is not None and manager.is_active else holders("status.check", project)


def _words(project: Project, kind: str, due_on: date, days: rules.Reminders) -> str:
    words = {"project": project.name, "day": formats.day(due_on), "n": days.escalate}
    texts = {
        "before": _("The report of %(project)s is due on %(day)s."),
        "on": _("The report of %(project)s is due today."),
        "after": _("The report of %(project)s was due on %(day)s."),
        "escalate": ngettext(
            "The report of %(project)s is %(n)s day late.",
            "The report of %(project)s is %(n)s days late.",
            days.escalate,
        ),
    }
    return texts[kind] % words
