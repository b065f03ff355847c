"""The first run: an empty installation gets its first administrator, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from pmo.access.models import Role, User
from pmo.audit.acting import action
from pmo.console.actions.grants import grant_role
from pmo.console.actions.people import create_person
from pmo.console.queries import nobody_is_here
from pmo.kernel.errors import WrongState
from pmo.organisation.actions import configure

OPENING_LOCK = 0x504D4F
"""The key of the advisory lock that lets only one first run go on at a time."""


@action("user.edit")
def open_house(person: Mapping[str, Any], organisation: Mapping[str, Any], *, password: str, actor: User) -> User:
    """Create the first administrator and name the organisation; WrongState once anybody exists."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [OPENING_LOCK])
    if not nobody_is_here():
        raise WrongState(_("This installation has its administrator already. Sign in."))
    first = create_person(person, actor=actor, password=password)
    grant_role(first.pk, Role.objects.get(code="sysadmin"), actor=actor)
    configure(organisation, actor=actor)
    return first
