"""Verbs on delegations: let somebody act on one's behalf, and end that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from pmo.access.models import Delegation, User
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import can, forget, reaches, require
from pmo.audit.acting import action, lock
from pmo.audit.edit import save_checked
from pmo.audit.persons import word
from pmo.audit.records import record
from pmo.kernel.errors import Broken, WrongState
from pmo.notices.telling import tell

LONGEST = timedelta(days=366)
ALL_RIGHTS = gettext_lazy("all rights")


def lendable(user: User) -> list[str]:
    """The permissions that the person holds by his own grants and may let others use."""
    held = reaches(user)
    return [code for code, permission in PERMISSIONS.items() if not permission.personal and held.get(code)]


@action("delegation.manage")
def delegate(
    deputy: User,
    *,
    actor: User,
    ends_at: datetime,
    starts_at: datetime | None = None,
    permissions: Collection[str] = (),
) -> Delegation:
    """Let `deputy` act on the actor's behalf from now or later until an end, with chosen rights or, by none, with all.

    Raises Broken by field.
    """
    require(actor, "delegation.manage")
    starts_at = starts_at or timezone.now()
    _check_deputy(deputy, actor)
    _check_times(starts_at, ends_at)
    _check_rights(permissions, actor)
    chosen = sorted(set(permissions))
    given = Delegation(delegator=actor, delegate=deputy, permissions=chosen, starts_at=starts_at, ends_at=ends_at)
    save_checked(given)
    forget(deputy)
    record(actor, "delegation.manage", given, changes=_told(given))
    _tell_deputy(given)
    return given


@action("delegation.manage")
def end_delegation(pk: int, *, actor: User, version: int | None = None) -> Delegation:
    """End a delegation before its time: whoever gave it, whoever holds it, or whoever edits users."""
    given: Delegation = lock(_endable(actor), pk, version=version)
    if not given.is_open:
        raise WrongState(_("This delegation has ended already."))
    given.ended_at = timezone.now()
    given.version += 1
    save_checked(given)
    forget(given.delegate)
    record(actor, "delegation.manage", given, changes={"ended_at": ["", _("ended early")]})
    return given


def _endable(actor: User) -> Any:
    rows = Delegation.objects.select_related("delegator", "delegate")
    return rows if can(actor, "user.edit") else rows.filter(Q(delegator=actor) | Q(delegate=actor))


def end_all_of(person: User, *, actor: User) -> int:
    """End every delegation that the person gave or holds; returns how many."""
    mine = Delegation.objects.filter(
        Q(delegator=person) | Q(delegate=person), ended_at=None, ends_at__gt=timezone.now()
    )
    open_ones = list(mine.values_list("pk", flat=True))
    for pk in open_ones:
        end_delegation(pk, actor=actor)
    return len(open_ones)


def _told(given: Delegation) -> dict[str, list[str]]:
    rights = ", ".join(str(PERMISSIONS[code].label) for code in given.permissions) or str(ALL_RIGHTS)
    days = [date_format(timezone.localtime(each), "SHORT_DATE_FORMAT") for each in (given.starts_at, given.ends_at)]
    return {
        "delegate": ["", word(given.delegate)],
        "permissions": ["", rights],
        "starts_at": ["", days[0]],
        "ends_at": ["", days[1]],
    }


def _tell_deputy(given: Delegation) -> None:
    with override(given.delegate.language or None):
        text = _("%(person)s lets you act on his or her behalf.") % {"person": given.delegator}
    tell([given.delegate], kind="delegation", text=text, url=reverse("console:delegation_list"), key=f"d{given.pk}")


def _check_deputy(deputy: User, actor: User) -> None:
    if deputy.pk == actor.pk:
        raise Broken(_("Choose somebody else; nobody stands in for himself."), field="delegate")
    if not deputy.is_active or deputy.is_service:
        raise Broken(_("Only a person whose account is open can stand in for you."), field="delegate")


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= max(starts_at, timezone.now()):
        raise Broken(_("The end must be after the start and in the future."), field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise Broken(_("A delegation lasts a year at most; renew it then."), field="ends_at")


def _check_rights(codes: Collection[str], actor: User) -> None:
    """Only rights that one holds oneself, and never those of a deputy: what is lent is not lent on."""
    mine: Sequence[str] = lendable(actor)
    strange = sorted(code for code in codes if code not in mine)
    if strange:
        names = ", ".join(str(PERMISSIONS[code].label) if code in PERMISSIONS else code[:60] for code in strange)
        raise Broken(_("You cannot lend what you do not hold yourself: %(names)s.") % {"names": names}, "permissions")
    if not mine:
        raise Broken(_("You hold no right of your own that somebody else could use."), "permissions")
