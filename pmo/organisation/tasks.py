"""The clock of retention, and of what nobody will finish."""

from celery import shared_task

from pmo import storing
from pmo.organisation import sweeping


@shared_task(name="retention.nightly")
def nightly() -> None:
    """Ticks four times an hour: the sweep of the day after 3 in the morning, and sweeps whose worker was killed."""
    sweeping.begin_nightly()
    for sweep in sweeping.waiting():
        sweeping.run(sweep.pk)


@shared_task(name="retention.run")
def run(sweep_id: int) -> None:
    """A sweep that somebody asked for; delivered twice, it runs once."""
    sweeping.run(sweep_id)


@shared_task(name="files.tidy")
def tidy() -> None:
    """Remove half-written files whose worker was killed."""
    storing.sweep_abandoned()
