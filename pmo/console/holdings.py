"""What people hold in the foundation, and how it goes to whoever takes over: action items and roles."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.access.models import Grant, User
from pmo.access.offers import POSSESSIONS, Possession
from pmo.access.policy import require
from pmo.audit.acting import action
from pmo.audit.edit import save_checked
from pmo.audit.persons import word
from pmo.audit.records import record
from pmo.console.actions.grants import grant_role
from pmo.followups.models import ActionItem


def roles_held(person: User) -> Any:
    """The grants of the person that are in force."""
    return Grant.objects.current().filter(user=person).select_related("user", "role")


@action("grant.edit")
def grant_alike(person: User, heir: User, *, actor: User) -> int:
    """Grant the heir what the person holds and he does not; the person's own grants wait for a return."""
    held = list(roles_held(person).order_by("pk"))
    known = {(each.role_id, each.scope, each.scope_id) for each in heir.grants.all()}
    lacking = [each for each in held if (each.role_id, each.scope, each.scope_id) not in known]
    for each in lacking:
        until = {"starts_at": each.starts_at, "ends_at": each.ends_at}
        grant_role(heir.pk, each.role, actor=actor, scope=each.scope, scope_id=each.scope_id, **until)
    return len(lacking)


def items_owned(person: User) -> Any:
    """Action items that the person has still to do."""
    return ActionItem.objects.open().filter(owner=person)


@action("user.edit")
def hand_over_items(person: User, heir: User, *, actor: User) -> int:
    """Make the heir the owner of what is still to do, with a record each."""
    require(actor, "user.edit")
    items = list(items_owned(person).select_for_update(of=("self",)).order_by("pk"))
    for item in items:
        item.owner = heir
        item.version += 1
        save_checked(item)
        record(actor, "action.edit", item, changes={"owner": [word(person), word(heir)]})
    return len(items)


def offer() -> None:
    """Called once, when the app is ready."""
    POSSESSIONS.add(Possession("action_items", _("Action items"), items_owned, hand_over_items))
    POSSESSIONS.add(
        Possession(
            "roles",
            _("Roles"),
            roles_held,
            grant_alike,
            required=False,
            otherwise=_("Left empty nobody gets them."),
            named=lambda grant: str(grant.role),
        )
    )
