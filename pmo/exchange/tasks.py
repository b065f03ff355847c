"""Reads and applies imports in a worker."""

from __future__ import annotations

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError

from pmo.exchange import working
from pmo.notices import outbox


@shared_task(name="exchange.read")
def read(run_id: int) -> None:
    """Make the preview of an uploaded file."""
    _run(working.read, run_id)


@shared_task(name="exchange.apply")
def apply(run_id: int) -> None:
    """Write a preview that a person accepted."""
    _run(working.apply, run_id)


@shared_task(name="exchange.sweep")
def sweep() -> None:
    """Send again what a lost broker forgot."""
    for run in working.stuck():
        outbox.enqueue(f"exchange.{'read' if run.state == run.State.READING else 'apply'}", run.pk)


def _run(work: working.Work, run_id: int) -> None:
    try:
        work(run_id)
    except (SoftTimeLimitExceeded, DatabaseError, ValueError, TypeError, KeyError, AttributeError):
        working.explain(run_id)
        raise
