"""For how long exports of lists, and what undoes changes in bulk, are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pmo.organisation.retention import KEEPINGS, Keeping
from pmo.ui.models import BulkAct, ExportRun


def _exports(before: datetime) -> QuerySet[Any]:
    """Those whose file is gone, or never was."""
    ended = (ExportRun.State.GONE, ExportRun.State.FAILED)
    return ExportRun.objects.filter(state__in=ended, created_at__lt=before)


def _bulk_acts(before: datetime) -> QuerySet[Any]:
    return BulkAct.objects.filter(created_at__lt=before)


def offer() -> None:
    """Called once, when the app is ready."""
    KEEPINGS.add(
        Keeping(
            "exports", _("Exports of lists"), _("Who had which list exported; the file itself goes after a week."),
            180, 8, _exports,
        )
    )  # fmt: skip
    KEEPINGS.add(
        Keeping(
            "bulk", _("Changes in bulk"), _("What is needed to undo them; the changes themselves are history."),
            365, 30, _bulk_acts,
        )
    )  # fmt: skip
