"""Index of the tasks of this app, so that Celery finds them."""

from reporting.packs import tasks as packs
from reporting.schedules import tasks as schedules

__all__ = ["packs", "schedules"]
