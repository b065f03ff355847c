"""What the shell has workers do."""

from celery import shared_task

from pmo.ui import charts


@shared_task(name="charts.draw")
def draw(text: str) -> None:
    """Draw a chart that a page is waiting for; the same chart again is found drawn."""
    charts.draw_written(text)
