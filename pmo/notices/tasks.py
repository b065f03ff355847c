"""The relay of the outbox."""

from celery import shared_task

from pmo.notices import outbox


@shared_task(name="notices.relay")
def relay() -> None:
    """Send what a dead broker left behind."""
    outbox.relay()
