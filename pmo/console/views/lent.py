"""How delegations are shown: on one's own page and on the page of an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pmo.access.models import Delegation, User
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import can
from pmo.console.queries import delegations_of


def rights_words(delegation: Delegation) -> str:
    """Which rights a delegation lends, in words."""
    if not delegation.permissions:
        return _("all rights")
    return ", ".join(str(PERMISSIONS[code].label) for code in delegation.permissions if code in PERMISSIONS)


def delegation_row(delegation: Delegation, reader: User) -> dict[str, Any]:
    """A delegation as lists show it; its stored end is the first instant without it."""
    own = reader.pk in (delegation.delegator_id, delegation.delegate_id)
    return {
        "delegation": delegation,
        "rights": rights_words(delegation),
        "last_day": delegation.ends_at - timedelta(seconds=1),
        "may_end": delegation.is_open and (own or bool(can(reader, "user.edit"))),
    }


def delegations_panel(request: HttpRequest, person: User) -> Any:
    """What a person lent and borrowed, for those who see accounts; nothing when nothing is open."""
    reader: Any = request.user
    rows = [delegation_row(each, reader) for each in delegations_of(person) if each.is_open]
    return {"rows": rows} if rows else None
