"""For how long drafts and previews of packs are kept; what was published stays for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from pmo.organisation.retention import KEEPINGS, Keeping
from reporting.packs import files
from reporting.packs.models import PackRun

LATEST: Final = 3
"""So many unpublished editions of each pack and schedule stay, however old."""


def _expired(before: datetime) -> QuerySet[Any]:
    ended = (PackRun.State.DONE, PackRun.State.FAILED)
    place = Window(
        RowNumber(),
        partition_by=[F("pack"), F("schedule"), F("preview")],
        order_by=[F("requested_at").desc(), F("pk").desc()],
    )
    unpublished = PackRun.objects.filter(published=False).annotate(place=place)
    older = unpublished.filter(place__gt=LATEST).values("pk")
    return PackRun.objects.filter(pk__in=older, state__in=ended, published=False, requested_at__lt=before)


def _remove(rows: QuerySet[Any]) -> None:
    for name in rows.values_list("file", flat=True):
        files.forget(name)
    rows.delete()


def offer() -> None:
    """Called once, when the app is ready."""
    KEEPINGS.add(
        Keeping(
            "drafts",
            _("Drafts of packs"),
            _("Unpublished editions and previews with their files, but for the last three of each schedule."),
            days=365,
            least=30,
            expired=_expired,
            remove=_remove,
        )
    )
