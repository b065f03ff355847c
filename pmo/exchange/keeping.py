"""For how long uploaded files, and imports that came to nothing, are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pmo.exchange.models import ImportRow, ImportRun
from pmo.organisation.retention import KEEPINGS, Keeping

State = ImportRun.State
ENDED = (State.APPLIED, State.UNDONE, State.DISCARDED, State.FAILED)


def _expired(before: datetime) -> QuerySet[Any]:
    return ImportRun.objects.filter(~Q(file=""), state__in=ENDED, updated_at__lt=before)


def _remove(rows: QuerySet[Any]) -> None:
    """The bytes, and the rows of what was never written; what was applied can still be undone."""
    for name in rows.values_list("file", flat=True):
        transaction.on_commit(lambda name=name: default_storage.delete(name))  # type: ignore[misc]
    ImportRow.objects.filter(run__in=rows.filter(state__in=(State.DISCARDED, State.FAILED))).delete()
    rows.update(file="")


def offer() -> None:
    """Called once, when the app is ready."""
    KEEPINGS.add(
        Keeping(
            "imports",
            _("Uploaded import files"),
            _("The file as it was uploaded, and the preview of what was never applied. Imports can still be undone."),
            days=365,
            least=30,
            expired=_expired,
            remove=_remove,
        )
    )
