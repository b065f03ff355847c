"""Reads of status reports: the latest at a business date, strips, lateness, what a new report starts from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from pmo.access.policy import type_of_user, within
from pmo.audit.as_of import as_known, instant_of
from pmo.audit.models import Record
from portfolio.projects.models import OWES_REPORTS, Project
from portfolio.status import rules
from portfolio.status.models import OPEN_STATES, DecisionNeeded, ReportState, StatusReport

STRIP_LENGTH = 12


def published_until(
    at: date, projects: QuerySet[Any, Any] | Iterable[int], known_at: datetime | None = None
) -> QuerySet[StatusReport]:
    """Published reports of the projects with a business date up to `at`, as known today or at an instant."""
    return as_known(StatusReport.objects.all(), known_at).published().filter(project__in=projects, as_of__lte=at)


def latest_at(at: date, projects: QuerySet[Any, Any] | Iterable[int]) -> QuerySet[StatusReport]:
    """The latest published report of each project at the business date; one query."""
    return published_until(at, projects).order_by("project_id", "-as_of", "-id").distinct("project_id")


def last_reports(
    at: date,
    projects: QuerySet[Any, Any] | Iterable[int],
    count: int = STRIP_LENGTH,
    known_at: datetime | None = None,
) -> dict[int, list[Any]]:
    """The last `count` reports of each project as (as_of, overall, report id), oldest first; one query."""
    numbered = published_until(at, projects, known_at).annotate(
        place=Window(RowNumber(), partition_by=F("project_id"), order_by=[F("as_of").desc(), F("id").desc()])
    )
    rows = numbered.filter(place__lte=count).order_by("as_of", "id").values_list("project_id", "as_of", "overall", "pk")
    found: dict[int, list[Any]] = defaultdict(list)
    for project, as_of, overall, pk in rows:
        found[project].append((as_of, overall, pk))
    return found


def open_report(project: Project) -> StatusReport | None:
    """The report that is being written or checked, if any; of a project of the past, the one of then."""
    reports = as_known(StatusReport.objects.select_related("author"), instant_of(project))
    return reports.filter(project=project, state__in=OPEN_STATES).first()


def last_published(project: Project, before: date | None = None) -> StatusReport | None:
    """The latest published report, or the latest with an earlier business date; of a past project, that of then."""
    found = as_known(StatusReport.objects.all(), instant_of(project)).published().filter(project=project)
    return (found.filter(as_of__lt=before) if before else found).order_by("-as_of", "-id").first()


def late_filter(today: date, grace_days: int, known_at: datetime | None = None) -> Q:
    """The filter of projects whose report is late today; a submitted report is no longer owed."""
    overdue = Q(report_due_on__lt=rules.latest_due(today, grace_days))
    return OWES_REPORTS & overdue & ~Q(pk__in=handed_in(known_at=known_at).values("project"))


def handed_in(until: date | None = None, known_at: datetime | None = None) -> QuerySet[StatusReport]:
    """Reports that wait for their check, submitted up to a day: their authors owe nothing for now."""
    waiting = as_known(StatusReport.objects.all(), known_at).filter(state=ReportState.SUBMITTED)
    return waiting.filter(submitted_at__date__lte=until) if until else waiting


def decisions_needed(at: date, projects: QuerySet[Any, Any] | Iterable[int]) -> QuerySet[DecisionNeeded]:
    """Decisions that the latest published report of each project asks for, soonest first."""
    latest = latest_at(at, projects).values("pk")
    return (
        DecisionNeeded.objects.filter(report__in=latest)
        .select_related("report__project__manager")
        .order_by("needed_by", "id")
    )


def to_check(user: type_of_user) -> QuerySet[StatusReport]:
    """Submitted reports that the person may publish or return, longest waiting first."""
    projects = Project.objects.filter(within(user, "status.publish", Project)).values("pk")
    return handed_in().filter(project__in=projects).select_related("project", "author").order_by("submitted_at")


def reminded_at(projects: Collection[int]) -> datetime | None:
    """When the last of these projects was asked for its report, if all were today; None when one was not."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    asked = Record.objects.filter(verb="status.remind", project_id__in=projects, at__gte=midnight)
    by_project = dict(asked.order_by().values_list("project_id").annotate(latest=Max("at")))
    return max(by_project.values()) if projects and len(by_project) == len(set(projects)) else None
