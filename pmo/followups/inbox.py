"""What action items give people to do, and what they wait for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pmo.access.models import User
from pmo.access.policy import can
from pmo.followups.models import ActionItem
from pmo.followups.queries import asked_by, owed_by, parents_of
from pmo.ui.inbox import INBOX, DoneItem, InboxSource, WorkItem, end_of_week

TEMPLATE = "followups/preview.html"


def items(user: User, today: date) -> Iterator[WorkItem]:
    """One's own open items, and those that one asked others for; two queries and one for each kind of parent."""
    own, others = list(owed_by(user).select_related("created_by")), list(asked_by(user))
    parents = parents_of([*own, *others], user)
    for item in own:
        yield _own(item, parents.get((item.parent_type, item.parent_id or 0)), user)
    for item in others:
        yield _of_others(item, parents.get((item.parent_type, item.parent_id or 0)))


def _own(item: ActionItem, parent: Any, user: User) -> WorkItem:
    words = {"parent": parent, "person": item.created_by}
    if parent is not None:
        context = _("Action on %(parent)s") % words
    elif item.created_by_id == item.owner_id:
        context = _("Action of your own")
    else:
        context = _("Action asked for by %(person)s") % words
    return WorkItem(
        key=f"action-{item.pk}",
        kind="action",
        icon="target",
        title=item.title,
        context=context,
        url=item.get_absolute_url(),
        verb=pgettext_lazy("button", "Open"),
        due=item.due_on,
        template=TEMPLATE,
        acts="followups/preview_acts.html",
        detail=lambda: _detail(item, parent, user),
    )


def _of_others(item: ActionItem, parent: Any) -> WorkItem:
    return WorkItem(
        key=f"asked-{item.pk}",
        kind="action",
        icon="target",
        title=item.title,
        context=_("Action that %(person)s owes you") % {"person": item.owner},
        url=item.get_absolute_url(),
        verb=gettext_lazy("See"),
        due=item.due_on,
        waiting=True,
        template=TEMPLATE,
        detail=lambda: {"item": item, "parent": parent},
    )


def _detail(item: ActionItem, parent: Any, user: User) -> Mapping[str, Any]:
    return {"item": item, "parent": parent, "may": can(user, "action.edit", item, view="action.view")}


def due(user: User, today: date) -> QuerySet[ActionItem]:
    """One's own items that are due by the end of the week."""
    return owed_by(user).filter(due_on__lte=end_of_week(today))


def done(user: User, since: Any) -> Iterator[DoneItem]:
    """What one has completed."""
    rows = ActionItem.objects.filter(owner=user, state=ActionItem.State.DONE, closed_at__gte=since)
    for item in rows.order_by("-closed_at"):
        assert item.closed_at is not None
        words = _("Done: %(title)s") % {"title": item.title}
        yield DoneItem(words, item.get_absolute_url(), item.closed_at)


def offer() -> None:
    """Called once, when the app is ready."""
    INBOX.add(InboxSource("action", gettext_lazy("Actions"), items, due, done))
