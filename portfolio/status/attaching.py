"""Offers status reports to files and comments, which stand on the page of the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.attachments.offers import KINDS, Kind, own_page
from portfolio.status.models import StatusReport


def reports(user: Any) -> Any:
    return StatusReport.objects.select_related("project", "project__manager", "author").visible_to(user)


def writers(report: StatusReport) -> Sequence[User | None]:
    """Who wrote the report and who manages its project."""
    return [report.author, report.submitted_by, report.project.manager]


def offer() -> None:
    """Called once, when the app is ready."""
    KINDS.add(
        Kind(
            "status-report",
            gettext_lazy("Status report"),
            StatusReport,
            reports,
            place=own_page,
            followers=writers,
            title="project__name",
        )
    )
