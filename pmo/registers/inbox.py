"""What the entries of a register give their owners to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from pmo.access.models import User
from pmo.registers.declaring import Register
from pmo.ui.inbox import INBOX, InboxSource, WorkItem, end_of_week


def offer(register: Register) -> None:
    """Called once for each register."""

    def owed(user: User) -> QuerySet[Any]:
        return register.rows.visible_to(user).filter(register.is_open, **{register.owner: user})  # type: ignore[attr-defined,no-any-return]

    def items(user: User, today: date) -> Iterator[WorkItem]:
        for entry in owed(user):
            yield _item(register, entry)

    def due(user: User, today: date) -> QuerySet[Any]:
        return owed(user).filter(**{f"{register.due}__lte": end_of_week(today)})

    INBOX.add(InboxSource(register.noun, register.label, items, due))


def _item(register: Register, entry: Any) -> WorkItem:
    parent = getattr(entry, register.parent)
    return WorkItem(
        key=f"{register.noun}-{entry.pk}",
        kind=register.noun,
        icon=register.icon,
        title=entry.name,
        context=_("%(register)s of %(parent)s") % {"register": register.model._meta.verbose_name, "parent": parent},
        url=entry.get_absolute_url(),
        verb=pgettext_lazy("button", "Open"),
        due=getattr(entry, register.due),
    )
