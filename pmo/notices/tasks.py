"""The relay of the outbox."""

from celery import shared_task

from pmo.notices import heartbeat, outbox


@shared_task(name="notices.relay")
def relay() -> None:
    """Send what a dead broker left behind."""
    outbox.relay()
    heartbeat.beat()
