"""Corrects one published report of the sample, so that an edition 2 with its differences can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from portfolio.status.models import ReportState, StatusReport

CORRECTED = "Single ticket"
BACK = 3
REASON = "The forecast had left out the ticket machines at the ferry terminals."
ADDED = " The forecast now includes the ferry terminals."


def plant_correction(reports: Iterable[StatusReport]) -> StatusReport | None:
    """The second edition of an earlier report, when the corrected project is part of the sample."""
    published = [
        report for report in reports if report.project.short_name == CORRECTED and report.state == ReportState.PUBLISHED
    ]
    if len(published) < BACK:
        return None
    first = published[-BACK]
    StatusReport.objects.filter(pk=first.pk).update(state=ReportState.SUPERSEDED, version=first.version + 1)
    return _second(StatusReport.objects.get(pk=first.pk))


def _second(first: StatusReport) -> StatusReport:
    copied = {
        field.attname: getattr(first, field.attname)
        for field in StatusReport._meta.concrete_fields
        if field.name not in ("id", "version", "updated_at")
    }
    later = timedelta(hours=1)
    return StatusReport.objects.create(
        **{
            **copied,
            "edition": 2,
            "corrects_id": first.pk,
            "correction_reason": REASON,
            "state": ReportState.PUBLISHED,
            "summary": first.summary[: 600 - len(ADDED)] + ADDED,
            "forecast": first.forecast and (first.forecast * Decimal("1.02")).quantize(Decimal("1.00")),
            "created_at": first.published_at,
            "published_at": first.published_at and first.published_at + later,
        }
    )
