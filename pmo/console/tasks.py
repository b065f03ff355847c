"""Mail that the console sends, by a worker."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.core.cache import cache

from pmo.access.models import User
from pmo.console.entrance import asking
from pmo.console.invitations import invite, send_invited, send_reset, send_test
from pmo.console.models import Invitation

RETRIED: dict[str, Any] = {"autoretry_for": (OSError,), "retry_backoff": 30, "max_retries": 5}


@shared_task(name="console.invite", **RETRIED)
def send_invitation(person_pk: int) -> None:
    """Send the link to choose a password; nothing when the account has been closed meanwhile."""
    person = User.objects.people().filter(pk=person_pk, is_active=True).exclude(email="").first()
    if person is not None:
        invite(person)


@shared_task(name="console.invited", **RETRIED)
def send_invitation_letter(invitation_pk: int) -> None:
    """Send the letter of an invitation; nothing when it has been withdrawn or accepted meanwhile."""
    invitation = Invitation.objects.open().select_related("person").filter(pk=invitation_pk).first()
    if invitation is not None and invitation.state == "open" and invitation.person.email:
        send_invited(invitation)


@shared_task(name="console.reset", **RETRIED)
def send_reset_link(address: str) -> None:
    """Send the link to choose a new password to the account of this address, if there is one."""
    for person in asking(address):
        send_reset(person)


@shared_task(name="console.test_mail", **RETRIED)
def send_test_mail(person_pk: int) -> None:
    """Send the test that an administrator asked for."""
    person = User.objects.people().filter(pk=person_pk, is_active=True).exclude(email="").first()
    if person is not None:
        send_test(person)


@shared_task(name="console.end_session")
def end_session(key: str) -> None:
    """Remove the copy of a session that ended while the cache was away."""
    cache.delete(key)
