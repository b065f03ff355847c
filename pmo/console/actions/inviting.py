"""Verbs on invitations: ask somebody in, ask again, withdraw, and come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import Grant, Role, User
from pmo.access.policy import require
from pmo.audit.acting import action, lock
from pmo.audit.edit import save_checked
from pmo.audit.records import record
from pmo.console.actions.grants import grant_role
from pmo.console.actions.people import choose_password, create_person
from pmo.console.invitations import find_invitation
from pmo.console.models import Invitation, new_nonce
from pmo.kernel.errors import Broken, WrongState
from pmo.notices import outbox
from pmo.organisation.models import Unit

MOST_NAME = 150


@action("user.edit")
def invite_person(
    fields: Mapping[str, Any],
    *,
    actor: User,
    role: Role | None = None,
    scope: str = Grant.Scope.ORGANISATION,
    scope_id: int | None = None,
    ends_at: datetime | None = None,
    unit: Unit | None = None,
) -> Invitation:
    """Open an account, grant its first role and send the link with which its holder chooses a password.

    Without a sign-in name it gets one from the address. Raises Invalid by field.
    """
    require(actor, "user.edit")
    if not fields.get("email"):
        raise Broken(_("The link needs an address."), field="email")
    given = {**fields, "username": fields.get("username") or free_name(fields["email"])}
    person = create_person(given, actor=actor, unit=unit)
    if role is not None:
        grant_role(person.pk, role, actor=actor, scope=scope, scope_id=scope_id, ends_at=ends_at)
    invitation = Invitation(person=person, invited_by=actor, expires_at=_end())
    save_checked(invitation)
    outbox.enqueue("console.invited", invitation.pk)
    record(actor, "user.edit", person, changes={"invitation": ["", _("sent")]})
    return invitation


def free_name(address: str) -> str:
    """A sign-in name made from an address that nobody has yet."""
    wanted = "".join(sign for sign in address.partition("@")[0].lower() if sign.isalnum() or sign in ".+-_")
    wanted = wanted[: MOST_NAME - 8] or "person"
    taken = set(User.objects.filter(username__istartswith=wanted).values_list("username", flat=True))
    names = (wanted, *(f"{wanted}{n}" for n in range(2, len(taken) + 3)))
    lowered = {name.lower() for name in taken}
    return next(name for name in names if name.lower() not in lowered)


def _end() -> datetime:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


def _open(pk: int, version: int | None) -> Invitation:
    invitation = lock(Invitation.objects.select_related("person"), pk, version=version)
    if invitation.state not in ("open", "expired"):
        raise WrongState(_("This invitation was accepted or withdrawn already."))
    return invitation


@action("user.edit")
def resend(pk: int, *, actor: User, version: int | None = None) -> Invitation:
    """Send a new link; earlier ones stop working."""
    require(actor, "user.edit")
    invitation = _open(pk, version)
    if not invitation.person.email:
        raise WrongState(_("This person has no e-mail address."))
    invitation.nonce, invitation.sent_at, invitation.expires_at = new_nonce(), timezone.now(), _end()
    invitation.version += 1
    save_checked(invitation)
    outbox.enqueue("console.invited", invitation.pk)
    record(actor, "user.edit", invitation.person, changes={"invitation": ["", _("sent again")]})
    return invitation


@action("user.edit")
def withdraw(pk: int, *, actor: User, version: int | None = None, note: str = "") -> Invitation:
    """Make the link worthless and close the account that nobody has used."""
    require(actor, "user.edit")
    invitation = _open(pk, version)
    invitation.withdrawn_at = timezone.now()
    invitation.version += 1
    save_checked(invitation)
    person = invitation.person
    person.is_active = False
    person.save(update_fields=["is_active"])
    told = {"invitation": ["", _("withdrawn")], "is_active": [_("open"), _("closed")]}
    record(actor, "user.edit", person, changes=told, note=note)
    return invitation


@action("user.edit")
def accept(key: str, *, password: str, actor: User) -> User:
    """Choose the password of an invitation's account, once; the system acts, because nobody is signed in.

    Raises WrongState when the link does not work any more, Invalid for a weak password.
    """
    found = find_invitation(key)
    if found is None:
        raise WrongState(_("This link was used already, was withdrawn or is too old."))
    invitation = _open(found.pk, None)
    if invitation.nonce != found.nonce:
        raise WrongState(_("A newer link was sent; use that one."))
    person = invitation.person
    choose_password(person, password)
    person.save(update_fields=["password"])
    invitation.accepted_at = timezone.now()
    invitation.version += 1
    save_checked(invitation)
    record(actor, "user.edit", person, changes={"invitation": ["", _("accepted")]})
    return person
