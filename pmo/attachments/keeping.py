"""For how long the bytes of withdrawn files are kept."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.attachments import queries
from pmo.attachments.actions import files
from pmo.organisation.retention import KEEPINGS, Keeping


def _remove(rows: QuerySet[Any]) -> None:
    system = User.objects.system()
    for pk in rows.values_list("pk", flat=True):
        files.purge(pk, before=timezone.now(), actor=system)


def offer() -> None:
    """Called once, when the app is ready."""
    KEEPINGS.add(
        Keeping(
            "files",
            _("Withdrawn files"),
            _("The bytes of files that were withdrawn; what they were and who had them stays told."),
            days=settings.FILE_KEEP_DAYS,
            least=1,
            expired=queries.expired,
            remove=_remove,
        )
    )
