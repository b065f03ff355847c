"""Verbs on grants: a role, held by a person, within a scope."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import Grant, Role, User
from pmo.access.offers import SCOPE_KINDS
from pmo.access.policy import insist, require
from pmo.audit.acting import action, lock
from pmo.audit.edit import save_checked
from pmo.audit.records import record
from pmo.console.actions.people import lock_account
from pmo.console.guards import keep_an_administrator, may_grant, serialise_administration
from pmo.console.queries import scope_keys, scope_names, scope_words
from pmo.kernel.errors import Broken


@action("grant.edit")
def grant_role(
    person_pk: int,
    role: Role,
    *,
    actor: User,
    scope: str = Grant.Scope.ORGANISATION,
    scope_id: int | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Grant:
    """Give a person a role, everywhere or within one object, for a time or without end."""
    require(actor, "grant.edit")
    person = lock_account(person_pk)
    insist(may_grant(actor, person))
    _check_scope(scope, scope_id)
    _check_times(starts_at, ends_at)
    grant = Grant(user=person, role=role, scope=scope, scope_id=scope_id, starts_at=starts_at, ends_at=ends_at)
    save_checked(grant)
    record(actor, "grant.edit", person, changes={"grants": ["", grant_words(grant)]})
    return grant


@action("grant.edit")
def revoke(grant_pk: int, *, actor: User, note: str = "") -> User:
    """Take a role away; the last one who can grant roles keeps his."""
    require(actor, "grant.edit")
    serialise_administration()
    grant = lock(Grant.objects.select_related("role", "user"), grant_pk)
    words, person = grant_words(grant), grant.user
    grant.delete()
    keep_an_administrator()
    record(actor, "grant.edit", person, changes={"grants": [words, ""]}, note=note)
    return person


def grant_words(grant: Grant) -> str:
    """A grant as its record tells it: PMO analyst, whole organisation."""
    return f"{grant.role}, {scope_words(grant, scope_names(scope_keys([grant])))}"


def _check_scope(scope: str, scope_id: int | None) -> None:
    """The object must exist; only the whole organisation has none."""
    if scope == Grant.Scope.ORGANISATION:
        return
    kind = SCOPE_KINDS.find(scope)
    if kind is None or scope_id is None or scope_id not in kind.by_ids([scope_id]):
        raise Broken(_("There is no such object to grant a role within."), field="within")


def _check_times(starts_at: datetime | None, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= (starts_at or timezone.now()):
        raise Broken(_("The end must be after the start and in the future."), field="ends_on")
