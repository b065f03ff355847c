"""Tells people about reports: who must check, whose report came back, whose is due."""

from __future__ import annotations

from datetime import date

from celery import shared_task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.queries import holders
from pmo.notices.telling import tell
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
    text = _("%(report)s waits for your check.") % {"report": report}
    tell(people, kind="status", text=text, url=_url(report), key=f"check-{report.pk}-{report.version}")


@shared_task(name="status.tell_author")
def tell_author(report_id: int, what: str) -> None:
    """A report came back or went out."""
    report = StatusReport.objects.select_related("author", "submitted_by").filter(pk=report_id).first()
    if report is None:
        return
    texts = {"returned": _("%(report)s was returned to you."), "published": _("%(report)s was published.")}
    people = {report.author, report.submitted_by or report.author}
    tell(
        people,
        kind="status",
        text=texts[what] % {"report": report},
        url=_url(report),
        key=f"{what}-{report.pk}-{report.version}",
    )


@shared_task(name="status.tell_manager")
def tell_manager(project_id: int, actor_id: int, day: str) -> None:
    """Somebody asks for a late report; at most one notice a day."""
    project = Project.objects.select_related("manager").filter(pk=project_id).first()
    actor = User.objects.filter(pk=actor_id).first()
    if project is None or project.manager is None or actor is None:
        return
    text = _("%(actor)s asks for the report of %(project)s.") % {"actor": actor, "project": project.name}
    tell([project.manager], kind="reminder", text=text, url=_start_url(project), key=f"asked-{project.pk}-{day}")


def _start_url(project: Project) -> str:
    return reverse("portfolio:project", args=[project.code])


@shared_task(name="status.remind")
def remind() -> None:
    """Hourly: reminders two days before, on, and one day after the due date; after three days the portfolio manager."""
    today = timezone.localdate()
    owing = Project.objects.reporting().exclude(pk__in=handed_in().values("project"))
    due = owing.filter(report_due_on__isnull=False)
    for project in due.select_related("manager", "portfolio__manager"):
        assert project.report_due_on is not None
        kind = rules.reminder_due(project.report_due_on, today)
        if kind:
            _remind(project, kind, project.report_due_on)


def _remind(project: Project, kind: str, due_on: date) -> None:
    person = project.portfolio.manager if kind == "escalate" else project.manager
    if person is None:
        return
    texts = {
        "before": _("The report of %(project)s is due on %(day)s."),
        "on": _("The report of %(project)s is due today."),
        "after": _("The report of %(project)s was due on %(day)s."),
        "escalate": _("The report of %(project)s is three days late."),
    }
    text = texts[kind] % {"project": project.name, "day": due_on.isoformat()}
    tell([person], kind="reminder", text=text, url=_start_url(project), key=f"due-{project.pk}-{due_on}-{kind}")
