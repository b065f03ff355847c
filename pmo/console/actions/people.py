"""Verbs on people's accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import insist, require
from pmo.audit.acting import action, lock
from pmo.audit.edit import apply_changes, save_checked
from pmo.audit.records import record
from pmo.console.guards import may_invite, may_redirect, may_set_password
from pmo.console.queries import account_version, accounts
from pmo.kernel.errors import Broken, Invalid, Stale
from pmo.notices import outbox
from pmo.organisation.actions import place
from pmo.organisation.models import Unit

OWN_FIELDS = ("first_name", "last_name", "email", "job_title", *User.PREFERENCES)


@action("user.edit")
def create_person(
    fields: Mapping[str, Any], *, actor: User, unit: Unit | None = None, password: str = "", invite: bool = False
) -> User:
    """A new account without any role; its password is given now or chosen through a link sent by mail."""
    require(actor, "user.edit")
    person = User(**fields)
    person.set_unusable_password()
    if password:
        choose_password(person, password)
    check_address(person)
    save_checked(person)
    record(actor, "user.edit", person, changes={"is_active": ["", _("account opened")]})
    if unit is not None:
        place(person, unit, actor=actor)
    if invite:
        send_link(person.pk, actor=actor)
    return person


@action("user.edit")
def edit_person(
    pk: int, changes: Mapping[str, Any], *, actor: User, version: int | None = None, unit: Unit | None = None
) -> User:
    """Change an account's plain fields and its unit; its address, to which passwords are sent, as a password is set."""
    require(actor, "user.edit")
    person = lock_account(pk, version)
    if changes.get("email", person.email) != person.email:
        insist(may_redirect(actor, person))
    _change(person, changes, actor)
    place(person, unit, actor=actor)
    return person


@action("user.edit")
def edit_profile(
    changes: Mapping[str, Any], *, actor: User, version: int | None = None, current_password: str = ""
) -> User:
    """One's own name, address and preferences; another address needs the password, because it can reset it."""
    person = lock_account(actor.pk, version)
    own = {name: value for name, value in changes.items() if name in OWN_FIELDS}
    if own.get("email", person.email) != person.email and not person.check_password(current_password):
        raise Broken(_("Give your current password to change the address."), field="current_password")
    _change(person, own, actor)
    return person


@action("user.edit")
def send_link(pk: int, *, actor: User) -> User:
    """Send the person a link with which to choose a password."""
    require(actor, "user.edit")
    person = lock_account(pk)
    insist(may_invite(actor, person))
    outbox.enqueue("console.invite", person.pk)
    record(actor, "user.edit", person, changes={"password": ["", _("link sent")]})
    return person


@action("user.edit")
def set_password(pk: int, *, actor: User, password: str) -> User:
    """Give somebody a new password; his sessions end."""
    require(actor, "user.edit")
    person = lock_account(pk)
    insist(may_set_password(actor, person))
    choose_password(person, password)
    person.save(update_fields=["password"])
    record(actor, "user.edit", person, changes={"password": ["", _("set by an administrator")]})
    return person


def lock_account(pk: int, version: int | None = None) -> User:
    """The account, locked; Stale when it has changed since `version`."""
    person = lock(accounts(), pk)
    current = account_version(person)
    if version is not None and current != version:
        person.__dict__["version"] = current
        raise Stale(person)
    return person


def check_address(person: User) -> None:
    """An e-mail address signs in and resets passwords, so it belongs to one account."""
    if person.email and User.objects.filter(email__iexact=person.email).exclude(pk=person.pk).exists():
        raise Broken(_("Another account has this address."), field="email")


def _change(person: User, changes: Mapping[str, Any], actor: User) -> None:
    differing = apply_changes(person, changes)
    if not differing:
        return
    check_address(person)
    save_checked(person)
    record(actor, "user.edit", person, changes=differing)


def choose_password(person: User, password: str) -> None:
    """Set a password that passes the validators; the caller saves. Raises Invalid beside the field."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid({"password": error.messages}) from error
    person.set_password(password)
