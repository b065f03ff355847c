"""Keeps the latest published status on each project, so that lists need no join."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from portfolio.projects.models import Project
from portfolio.status.models import StatusReport
from portfolio.status.queries import STRIP_LENGTH, last_reports, latest_at

FAR_FUTURE_YEAR = 9999
FIELDS = (
    "status_overall",
    "status_trend",
    "status_as_of",
    "status_published_at",
    "status_dimensions",
    "status_strip",
    "status_unchanged",
    "report_due_on",
    "version",
)


def refresh(project_ids: Iterable[int]) -> None:
    """Recompute the standing of projects from their published reports; four queries for any number of projects."""
    end_of_time = date(FAR_FUTURE_YEAR, 12, 31)
    projects = list(Project.objects.select_for_update(of=("self",)).filter(pk__in=list(project_ids)))
    latest = {report.project_id: report for report in latest_at(end_of_time, [project.pk for project in projects])}
    strips = last_reports(end_of_time, [project.pk for project in projects], STRIP_LENGTH)
    changed = [project for project in projects if _stand(project, latest.get(project.pk), strips.get(project.pk, []))]
    Project.objects.bulk_update(changed, FIELDS, batch_size=500)


def _stand(project: Project, report: StatusReport | None, strip: Sequence[Any]) -> bool:
    wanted: dict[str, Any] = {
        "status_overall": report.overall if report else "",
        "status_trend": report.overall_trend if report else "",
        "status_as_of": report.as_of if report else None,
        "status_published_at": report.published_at if report else None,
        "status_dimensions": {name: judged.get("value", "") for name, judged in report.dimensions.items()}
        if report
        else {},
        "status_strip": [[as_of.isoformat(), overall] for as_of, overall, _pk in strip],
        "status_unchanged": report.unchanged if report else 0,
        "report_due_on": project.due_after(report.as_of) if report else project.report_due_on,
    }
    differs = any(getattr(project, name) != value for name, value in wanted.items())
    if differs:
        for name, value in wanted.items():
            setattr(project, name, value)
        project.version += 1
    return differs
