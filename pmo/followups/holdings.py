"""Hands the open action items of a person who leaves to somebody else."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.access.offers import POSSESSIONS, Possession
from pmo.audit.acting import action, lock
from pmo.audit.edit import save_checked
from pmo.audit.records import record
from pmo.followups.models import ActionItem


def held(person: User) -> QuerySet[ActionItem]:
    """Open action items of the person."""
    return ActionItem.objects.open().filter(owner=person)


@action("action.edit")
def hand_over(person: User, heir: User, *, actor: User) -> int:
    """Give them all to the heir, inside the act of closing the account; returns how many they were."""
    keys = list(held(person).order_by("pk").values_list("pk", flat=True))
    for pk in keys:
        item = lock(ActionItem.objects.all(), pk)
        item.owner = heir
        item.version += 1
        save_checked(item)
        record(actor, "action.edit", item, changes={"owner": [str(person), str(heir)]})
    return len(keys)


def offer() -> None:
    """Called once, when the app is ready."""
    POSSESSIONS.add(
        Possession(
            "action_items",
            _("Open action items"),
            held,
            hand_over,
            required=False,
            otherwise=_("They stay with the person, and who asked for them sees them overdue."),
        )
    )
