"""For how long notices, mail, past absences and work that was handed to workers are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from pmo.notices.models import Absence, Letter, Message, Notice
from pmo.organisation.retention import KEEPINGS, Keeping


def _notices(before: datetime) -> QuerySet[Any]:
    """Those whose mail is in the log, or waits, stay with it."""
    return Notice.objects.filter(~Exists(Letter.objects.filter(notice=OuterRef("pk"))), created_at__lt=before)


def _letters(before: datetime) -> QuerySet[Any]:
    """A digest stays until its notices are read: without it they would be told again."""
    untold = Notice.objects.filter(digest=OuterRef("pk"), read_at=None)
    return Letter.objects.filter(~Exists(untold), created_at__lt=before).exclude(state=Letter.State.WAITING)


def _messages(before: datetime) -> QuerySet[Any]:
    return Message.objects.filter(sent_at__lt=before)


def _absences(before: datetime) -> QuerySet[Any]:
    return Absence.objects.filter(ends_on__lt=before.date())


def offer() -> None:
    """Called once, when the app is ready."""
    # The log of mail before the notices that wait for it.
    for keeping in (
        Keeping("mail", _("Log of mail"), _("Which mail went to whom, and what failed."), 180, 30, _letters),
        Keeping("notices", _("Notices"), _("What people were told under the bell, read or not."), 365, 90, _notices),
        Keeping("absences", _("Past absences"), _("Who was away, with the note and the deputy."), 365, 30, _absences),
        Keeping(
            "outbox", _("Work handed to workers"), _("Which tasks were asked for; sent ones only."), 14, 1, _messages
        ),
    ):
        KEEPINGS.add(keeping)
