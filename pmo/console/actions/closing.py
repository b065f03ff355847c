"""Closing an account: what the person answers for goes to others, all access ends; and opening it again."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.offers import POSSESSIONS, Possession
from pmo.access.policy import insist, require
from pmo.audit.acting import action
from pmo.audit.persons import word
from pmo.audit.records import record
from pmo.console.actions.delegations import end_all_of
from pmo.console.actions.people import lock_account
from pmo.console.guards import keep_an_administrator, may_close, may_reopen, serialise_administration
from pmo.kernel.errors import Invalid


@action("user.edit")
def close_account(pk: int, *, actor: User, note: str = "", heirs: Mapping[str, User] | None = None) -> User:
    """Hand over what the person answers for and end all access, in one act: all of it or nothing.

    `heirs` names who takes each kind of possession. Sessions, tokens and delegations end; what the person did stays.
    """
    require(actor, "user.edit")
    serialise_administration()
    person = lock_account(pk)
    insist(may_close(actor, person))
    told = _hand_over(person, heirs or {}, actor)
    person.is_active = False
    person.save(update_fields=["is_active"])
    person.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    end_all_of(person, actor=actor)
    keep_an_administrator()
    record(actor, "user.edit", person, changes={"is_active": [_("open"), _("closed")], **told}, note=note)
    return person


def _hand_over(person: User, heirs: Mapping[str, User], actor: User) -> dict[str, list[str]]:
    """Move every kind to its heir; returns what the record tells. Raises Invalid naming every kind without one."""
    held = {kind.name: kind.held(person).count() for kind in POSSESSIONS.all()}
    _check_heirs(person, heirs, held)
    told = {}
    for kind in POSSESSIONS.all():
        heir = heirs.get(kind.name)
        if heir is not None and held[kind.name]:
            moved = kind.hand_over(person, heir, actor=actor)
            told[str(kind.label)] = [str(moved), word(heir)]
    return told


def _check_heirs(person: User, heirs: Mapping[str, User], held: Mapping[str, int]) -> None:
    """Each required kind that is not empty has an heir, and every heir is a person whose account is open."""
    errors = {}
    for kind in POSSESSIONS.all():
        heir = heirs.get(kind.name)
        if heir is None and kind.required and held[kind.name]:
            errors[heir_field(kind)] = [_("Choose who takes these over.")]
        elif heir is not None and (heir.pk == person.pk or not heir.is_active or heir.is_service):
            errors[heir_field(kind)] = [_("Choose another person whose account is open.")]
    if errors:
        raise Invalid(errors)


def heir_field(kind: Possession) -> str:
    """The name under which forms and errors speak of who takes this kind over."""
    return f"to_{kind.name}"


@action("user.edit")
def reopen_account(pk: int, *, actor: User) -> User:
    """Let the person in again with the roles still granted; tokens stay revoked, what went to others stays there."""
    require(actor, "user.edit")
    person = lock_account(pk)
    insist(may_reopen(actor, person))
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(actor, "user.edit", person, changes={"is_active": [_("closed"), _("open")]})
    return person
