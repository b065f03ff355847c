"""Tells people about action items: who got one, what became of it, which is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from celery import shared_task
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.followups.models import ActionItem
from pmo.followups.offers import PARENTS
from pmo.followups.rules import reminder_due
from pmo.notices.telling import tell
from pmo.organisation.queries import house_today
from pmo.ui import formats

EARLIEST, LATEST = timedelta(days=1), timedelta(days=3)


def _item(pk: int) -> ActionItem | None:
    return ActionItem.objects.select_related("owner", "created_by").filter(pk=pk).first()


@shared_task(name="followups.tell_owner")
def tell_owner(item_id: int, version: int, actor_id: int) -> None:
    """Somebody has got an action item."""
    item, actor = _item(item_id), User.objects.filter(pk=actor_id).first()
    if item is None or actor is None or not item.is_open:
        return
    due = item.due_on

    def text() -> str:
        words = {"actor": actor, "title": item.title, "day": formats.day(due)}
        if due is None:
            return _("%(actor)s asks you to do this: %(title)s") % words
        return _("%(actor)s asks you to do this by %(day)s: %(title)s") % words

    _tell([item.owner], item, kind="action", text=text, key=f"action-{item.pk}-{version}")


@shared_task(name="followups.tell_move")
def tell_move(item_id: int, version: int, actor_id: int, verb: str) -> None:
    """An action item was started, done, cancelled or reopened: owner and author hear of it unless they did it."""
    item, actor = _item(item_id), User.objects.filter(pk=actor_id).first()
    if item is None or actor is None:
        return
    words = {"actor": actor, "title": item.title}
    texts: dict[str, Callable[[], str]] = {
        "start": lambda: _("%(actor)s has begun with: %(title)s") % words,
        "complete": lambda: _("%(actor)s has done: %(title)s") % words,
        "cancel": lambda: _("%(actor)s has cancelled: %(title)s") % words,
        "reopen": lambda: _("%(actor)s has reopened: %(title)s") % words,
    }
    people = [person for person in (item.owner, item.created_by) if person.pk != actor_id]
    _tell(people, item, kind="action", text=texts[verb], key=f"action-{verb}-{item.pk}-{version}")


@shared_task(name="followups.remind")
def remind() -> None:
    """Hourly: the owner the day before, on the day, and three days after; each once."""
    today = house_today()
    due = ActionItem.objects.open().filter(due_on__range=(today - LATEST, today + EARLIEST))
    for item in due.select_related("owner", "created_by"):
        assert item.due_on is not None
        kind = reminder_due(item.due_on, today)
        if kind:
            _remind(item, kind, item.due_on)


def _remind(item: ActionItem, kind: str, due_on: date) -> None:
    def text() -> str:
        words = {"title": item.title, "day": formats.day(due_on)}
        texts = {
            "before": _("Due tomorrow, %(day)s: %(title)s"),
            "on": _("Due today: %(title)s"),
            "overdue": _("Overdue since %(day)s: %(title)s"),
        }
        return texts[kind] % words

    people = [item.owner, item.created_by] if kind == "overdue" else [item.owner]
    _tell(people, item, kind="action_due", text=text, key=f"action-due-{item.pk}-{due_on}-{kind}")


def _tell(people: list[User], item: ActionItem, *, kind: str, text: Callable[[], str], key: str) -> None:
    """A deputy hears of it only when he may see the action item, which is told by its parent."""
    known = PARENTS.of_type(item.parent_type) is not None
    tell(
        people,
        kind=kind,
        text=text,
        url=item.get_absolute_url(),
        key=key,
        about=item if known else None,
        view="action.view",
    )
