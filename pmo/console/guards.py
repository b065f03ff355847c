"""May this be done to this account? One answer with its reason for the action, the button and the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from pmo.access.models import Role, User
from pmo.access.policy import can
from pmo.access.reach import is_wider
from pmo.console.models import Invitation
from pmo.console.queries import administrators
from pmo.kernel.errors import WrongState
from pmo.kernel.verdict import YES, Verdict, no


def may_close(actor: User, person: User) -> Verdict:
    """Nobody locks himself out."""
    if person.pk == actor.pk:
        return no(_("You cannot close your own account; another administrator does that."))
    if not person.is_active:
        return no(_("This account is closed already."))
    return can(actor, "user.edit")


def may_reopen(actor: User, person: User) -> Verdict:
    if person.is_active:
        return no(_("This account is open."))
    if person.username == former_name(person):
        return no(_("The personal data of this account were erased; open a new account instead."))
    return can(actor, "user.edit")


def former_name(person: User) -> str:
    """The sign-in name of an account whose personal data were erased."""
    return f"former-{person.pk}"


def may_erase(actor: User, person: User) -> Verdict:
    """Only who has left is erased: the account is closed, so its work has gone to others."""
    allowed = can(actor, "user.erase")
    if not allowed:
        return allowed
    if person.pk == actor.pk:
        return no(_("You cannot erase yourself; another administrator does that."))
    if not administrators().exclude(pk=person.pk).exists():
        return no(_("Somebody must remain who can grant roles without an end. Name another administrator first."))
    if person.username == former_name(person):
        return no(_("The personal data of this account were erased already."))
    if person.is_active:
        return no(_("Close the account first, so that its work goes to others."), _address("user_close", person))
    return YES


def _address(name: str, person: User) -> str:
    return reverse(f"console:{name}", args=[person.pk])


def may_grant(actor: User, person: User) -> Verdict:
    """Nobody raises himself, and a closed account holds nothing new."""
    allowed = can(actor, "grant.edit")
    if not allowed:
        return allowed
    if person.pk == actor.pk:
        return no(_("Nobody grants a role to himself; another administrator does that."))
    if not person.is_active:
        return no(_("This account is closed."), reverse("console:user_reopen", args=[person.pk]))
    return YES


def may_change(actor: User, role: Role, differing: Mapping[str, Sequence[str]]) -> Verdict:
    """Nobody raises himself by way of a role that he holds; `differing` is [before, after] by permission."""
    raised = [code for code, (before, after) in differing.items() if is_wider(before, after)]
    if raised and role.grants.filter(user=actor).exists():
        return no(_("Nobody widens a role that he holds himself; another administrator does that."))
    return can(actor, "grant.edit")


def may_invite(actor: User, person: User) -> Verdict:
    """A link to choose a password goes to open accounts of people who have an address."""
    allowed = can(actor, "user.edit")
    if not allowed:
        return allowed
    if person.is_service:
        return no(_("A service account has no password; give it a token."))
    if not person.is_active:
        return no(_("This account is closed."), reverse("console:user_reopen", args=[person.pk]))
    if not person.email:
        return no(_("This person has no e-mail address."), reverse("console:user_edit", args=[person.pk]))
    if Invitation.objects.open().filter(person=person).exists():
        return no(_("This person was invited; send the invitation again."), reverse("console:invitation_list"))
    return YES


def may_set_password(actor: User, person: User) -> Verdict:
    """An administrator gives others a first password, never himself a new one without the old."""
    allowed = can(actor, "user.edit")
    if not allowed:
        return allowed
    if person.pk == actor.pk:
        return no(_("Change your own password with the old one."), reverse("account_change_password"))
    if person.is_service:
        return no(_("A service account has no password; give it a token."))
    return may_redirect(actor, person)


def may_redirect(actor: User, person: User) -> Verdict:
    """Who decides how somebody signs in can act as him: nobody does for himself, nor beyond what he could grant."""
    if person.pk == actor.pk:
        return no(_("Change your own address in your profile, with your password."), reverse("console:me"))
    lent = person.delegations_held.filter(ended_at=None)
    if can(actor, "grant.edit") or not (person.grants.exists() or lent.exists()):
        return YES
    return no(
        _(
            "This account holds roles, and whoever changes its password or address could use them. Only who grants "
            "roles may; send the person a password link instead."
        ),
        _address("user_invite", person),
    )


def serialise_administration() -> None:
    """Hold the roles that grant roles until the transaction ends, so that two cannot remove each other at once."""
    granting = Role.objects.filter(permissions__permission="grant.edit").order_by("pk")
    list(granting.select_for_update(of=("self",)))


def keep_an_administrator() -> None:
    """Stop with WrongState when nobody would be left who can grant roles; call after the change, before the commit."""
    if not administrators().exists():
        raise WrongState(
            _("Somebody must remain who can grant roles without an end. Name another administrator first.")
        )
