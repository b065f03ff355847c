"""What reports give people to do: write, mend, check, chase; and what they wait for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.access.models import User
from pmo.access.policy import reach, within
from pmo.kernel import rag
from pmo.organisation.models import Organisation
from pmo.organisation.queries import day_of
from pmo.ui import formats
from pmo.ui.absent import away_of
from pmo.ui.inbox import INBOX, DoneItem, InboxSource, WorkItem, end_of_week
from pmo.workflow.models import Transition
from portfolio.projects.models import Project
from portfolio.status import rules
from portfolio.status.models import DIMENSION_LABELS, OPEN_STATES, ReportState, StatusReport
from portfolio.status.queries import handed_in, last_published, late_filter, reminded_at, to_check

AHEAD_DAYS = 14


# --- reports to write ---
def written_by(user: User) -> QuerySet[Any]:
    """Active projects whose reports the person writes."""
    if not reach(user, "status.write"):
        return Project.objects.none()
    return Project.objects.reporting().filter(within(user, "status.write", Project))


def writing(user: User, today: date) -> Iterator[WorkItem]:
    """Reports due soon, late, half written or returned; those submitted wait for others. Two queries."""
    projects = list(written_by(user))
    open_ones = StatusReport.objects.filter(state__in=OPEN_STATES, project__in=[project.pk for project in projects])
    reports = {report.project_id: report for report in open_ones}
    for project in projects:
        report, due = reports.get(project.pk), project.report_due_on
        if report is not None:
            yield _open_item(project, report, today)
        elif due is not None and due <= today + timedelta(days=AHEAD_DAYS):
            yield _due_item(project, due)


def _due_item(project: Project, due: date) -> WorkItem:
    words = {"code": project.code, "day": formats.day(project.status_as_of)}
    never = project.status_as_of is None
    context = _("Report · %(code)s · the first one") if never else _("Report · %(code)s · last report %(day)s")
    return WorkItem(
        key=f"write-{project.pk}",
        kind="report",
        icon="checklist",
        title=_("Report of %(project)s") % {"project": project.label},
        context=context % words,
        url=reverse("portfolio:status_start", args=[project.code]),
        verb=gettext_lazy("Write"),
        due=due,
        post=True,
        template="portfolio/status/preview_write.html",
        detail=lambda: {"project": project, "report": last_published(project)},
    )


def _open_item(project: Project, report: StatusReport, today: date) -> WorkItem:
    waiting = report.state == ReportState.SUBMITTED
    returned = report.state == ReportState.RETURNED
    form = reverse("portfolio:status_form", args=[project.code])
    return WorkItem(
        key=f"open-{report.pk}",
        kind="report",
        icon="arrow-back-up" if returned else "checklist",
        title=_("Report %(number)s of %(project)s") % {"number": report.number, "project": project.label},
        context=_standing(project, report),
        url=report.get_absolute_url() if waiting else form,
        verb=gettext_lazy("See") if waiting else gettext_lazy("Mend") if returned else gettext_lazy("Continue"),
        due=None if waiting else today if returned else report.due_on or today,
        waiting=waiting,
        template="portfolio/status/preview_report.html",
        detail=lambda: _report_detail(report),
    )


def _standing(project: Project, report: StatusReport) -> str:
    """How an open report stands, in one line."""
    words = {
        "code": project.code,
        "day": formats.day(report.submitted_at),
        "why": report.return_note[:80],
    }
    if report.state == ReportState.SUBMITTED:
        return _("Report · %(code)s · waits for the PMO since %(day)s") % words
    if report.state == ReportState.RETURNED:
        return _("Report · %(code)s · returned: %(why)s") % words
    return _("Report · %(code)s · draft") % words


def due_to_write(user: User, today: date) -> QuerySet[Any]:
    """Projects whose report the person must hand in by the end of the week."""
    begun = StatusReport.objects.filter(state__in=(ReportState.DRAFT, ReportState.RETURNED)).values("project")
    due = Q(report_due_on__lte=end_of_week(today)) & ~Q(pk__in=handed_in().values("project"))
    return written_by(user).filter(due | Q(pk__in=begun))


# --- reports to check ---
def checkable(user: User) -> QuerySet[StatusReport]:
    """Submitted reports of others that the person may publish."""
    return to_check(user).exclude(Q(author=user) | Q(submitted_by=user))


def checking(user: User, today: date) -> Iterator[WorkItem]:
    """Reports that wait for the person's check; one query."""
    if reach(user, "status.publish"):
        for report in checkable(user):
            yield _check_item(report, today)


def _check_item(report: StatusReport, today: date) -> WorkItem:
    since = timezone.localtime(report.submitted_at).date() if report.submitted_at else today
    return WorkItem(
        key=f"check-{report.pk}",
        kind="check",
        icon="eye",
        title=_("Report %(number)s of %(project)s") % {"number": report.number, "project": report.project.label},
        context=_to_check(report),
        url=report.get_absolute_url(),
        verb=gettext_lazy("Check"),
        due=since + timedelta(days=rules.FLOW.due_days["submitted"]),
        template="portfolio/status/preview_report.html",
        acts="portfolio/status/preview_acts.html",
        detail=lambda: _report_detail(report),
    )


def _to_check(report: StatusReport) -> str:
    """Whose report it is, and how often it has repeated itself."""
    words = {"code": report.project.code, "author": report.author, "n": report.unchanged}
    if not report.unchanged:
        return _("Check · %(code)s · by %(author)s") % words
    text = ngettext(
        "Check · %(code)s · by %(author)s · unchanged for %(n)s report",
        "Check · %(code)s · by %(author)s · unchanged for %(n)s reports",
        report.unchanged,
    )
    return text % words


def due_to_check(user: User, today: date) -> QuerySet[Any]:
    """Reports that wait for the person's check."""
    return checkable(user) if reach(user, "status.publish") else StatusReport.objects.none()


def _report_detail(report: StatusReport) -> dict[str, Any]:
    judged = [(DIMENSION_LABELS[name], rules.Judgement.read(report.dimensions.get(name))) for name in rag.DIMENSIONS]
    return {
        "report": report,
        "decisions": list(report.decisions.all()),
        "troubled": [(label, each) for label, each in judged if rag.needs_comment(each.value)],
    }


# --- reports to chase ---
def chasing(user: User, today: date) -> Iterator[WorkItem]:
    """Late reports of others, as one item; one query beside the settings."""
    late = _late_of_others(user)
    number = len(late)
    if number:
        words = {"names": ", ".join(project.label for project in late[:3]), "n": number - 3}
        context = _("Chase · %(names)s") if number <= 3 else _("Chase · %(names)s and %(n)s more")
        title = ngettext("%(n)s report is late", "%(n)s reports are late", number) % {"n": number}
        yield WorkItem(
            key="chase",
            kind="chase",
            icon="clock",
            title=title,
            context=context % words,
            url=reverse("portfolio:late_reports"),
            verb=gettext_lazy("Ask"),
            waiting=True,
            template="portfolio/status/preview_late.html",
            acts="portfolio/status/preview_remind.html",
            detail=lambda: _late_detail(late, user),
        )


def _late_detail(late: list[Any], user: User) -> dict[str, Any]:
    """Whom to ask, who of them is away, and when they were asked today."""
    away = away_of(project.manager for project in late[:10])
    shown = [(project, away.get(project.manager_id, "")) for project in late[:10]]
    keys = [project.pk for project in late]
    return {"projects": shown, "keys": keys, "reminded_at": reminded_at(keys), "total": len(late)}


def _late_of_others(user: User) -> list[Any]:
    if not reach(user, "status.remind"):
        return []
    chased = Project.objects.filter(within(user, "status.remind", Project)).exclude(manager=user)
    organisation = Organisation.current()
    late = chased.filter(late_filter(day_of(organisation), organisation.report_grace_days))
    return list(late.select_related("manager").order_by("report_due_on"))


# --- what was done ---
def done(user: User, since: datetime) -> Iterator[DoneItem]:
    """Reports that the person submitted, returned or published; two queries."""
    verbs = ("submit", "return", "publish")
    steps = list(Transition.objects.filter(flow=rules.FLOW.name, actor=user, at__gte=since, verb__in=verbs))
    seen = StatusReport.objects.visible_to(user).select_related("project")
    reports = seen.in_bulk([step.object_id for step in steps]) if steps else {}
    texts = {"submit": _("Submitted: %(report)s"), "return": _("Returned: %(report)s")}
    for step in steps:
        report = reports.get(step.object_id)
        if report is not None:
            text = texts.get(step.verb, _("Published: %(report)s")) % {"report": report}
            yield DoneItem(text, report.get_absolute_url(), step.at)


def offer() -> None:
    """Called once, when the app is ready."""
    INBOX.add(InboxSource("report", gettext_lazy("Reports"), writing, due_to_write, done))
    INBOX.add(InboxSource("check", gettext_lazy("Checks"), checking, due_to_check))
    INBOX.add(InboxSource("chase", gettext_lazy("Late"), chasing))
