"""The minute tick of the schedules."""

from celery import shared_task

from pmo.access.models import User
from reporting.schedules import actions


@shared_task(name="schedules.tick")
def tick() -> None:
    """Turn due slots into runs."""
    actions.tick(actor=User.objects.system())
