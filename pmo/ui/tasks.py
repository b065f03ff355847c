"""What the shell has workers do."""

from celery import shared_task

from pmo.ui import charts, exporting


@shared_task(name="charts.draw")
def draw(text: str) -> None:
    """Draw a chart that a page is waiting for; the same chart again is found drawn."""
    charts.draw_written(text)


@shared_task(name="lists.export")
def export(run_id: int) -> None:
    """Write the file of an export."""
    exporting.make(run_id)


@shared_task(name="lists.sweep")
def sweep_exports() -> None:
    """Take up exports that were forgotten, delete old files."""
    exporting.sweep()
