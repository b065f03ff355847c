"""Index of the tasks of this app, so that Celery finds them."""

from portfolio.status import tasks as status

__all__ = ["status"]
