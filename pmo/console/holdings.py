"""Roles that people hold can go to whoever takes over."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.access.models import Grant, User
from pmo.access.offers import POSSESSIONS, Possession
from pmo.audit.acting import action
from pmo.console.actions.grants import grant_role


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


def offer() -> None:
    """Called once, when the app is ready."""
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
