"""The ticks of the outbox and of the mail."""

from celery import shared_task

from pmo.notices import digests, letters, outbox


@shared_task(name="notices.relay")
def relay() -> None:
    """Send what a dead broker left behind."""
    outbox.relay()


@shared_task(name="notices.send")
def send(letter_id: int) -> None:
    """One mail; delivered twice it is sent once."""
    letters.send(letter_id)


@shared_task(name="notices.digests")
def open_digests() -> None:
    """Each minute: the digests whose hour has come, and mail that waits for another attempt."""
    digests.open_due()
    letters.sweep()
