"""The Celery application: tasks are found in each app's index and enqueued by name through the outbox."""

import os
from typing import Any, Final

from celery import Celery
from django.conf import settings

LATER: Final = 6
"""Lower numbers are taken first; a task without one has 0."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmo.settings")

app = Celery("pmo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def route(name: str, *_told: Any, **_options: Any) -> dict[str, Any] | None:
    """What takes long lets everything else pass.

    The queue is named, because for a route without one Celery keeps that which the process used first.
    """
    return {"queue": app.conf.task_default_queue, "priority": LATER} if name in settings.LONG_TASKS else None
