"""Mail that the console sends, by a worker."""

from __future__ import annotations

from celery import shared_task

from pmo.access.models import User
from pmo.console.invitations import invite


@shared_task(name="console.invite", autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def send_invitation(person_pk: int) -> None:
    """Send the link to choose a password; nothing when the account has been closed meanwhile."""
    person = User.objects.people().filter(pk=person_pk, is_active=True).exclude(email="").first()
    if person is not None:
        invite(person)
