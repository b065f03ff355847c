"""Forgets answers whose time is over."""

from celery import shared_task

from pmo.rest.idempotency import forget_old


@shared_task(name="rest.forget")
def forget() -> None:
    """Hourly."""
    forget_old()
