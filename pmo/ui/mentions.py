"""Mentions as work: who is named in a comment is asked for something until he has read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.notices.models import Notice
from pmo.ui import formats
from pmo.ui.inbox import INBOX, InboxSource, WorkItem

KIND = "mention"


def unread(user: User) -> QuerySet[Notice]:
    return Notice.objects.shown_to(user).unread().filter(kind=KIND).order_by("pk")


def items(user: User, today: date) -> Iterator[WorkItem]:
    """One item for each mention that is not read; one query."""
    for notice in unread(user):
        day = timezone.localtime(notice.created_at).date()
        yield WorkItem(
            key=f"mention-{notice.pk}",
            kind=KIND,
            icon="message",
            title=notice.text,
            context=_("You were mentioned on %(day)s") % {"day": formats.day(day)},
            url=reverse("ui:notice", args=[notice.pk]),
            verb=gettext_lazy("Read"),
            due=day,
        )


def due(user: User, today: date) -> QuerySet[Notice]:
    """The mentions that are not read."""
    return unread(user)


def offer() -> None:
    """Called once, when the app is ready."""
    INBOX.add(InboxSource(KIND, gettext_lazy("Mentions"), items, due))
