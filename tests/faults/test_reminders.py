"""Reminders of reports proved with the real schedule, a real worker and a clock that is moved through two weeks."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import IO

import pytest
from celery import current_app
from django.conf import settings

from pmo.notices.models import Notice
from portfolio.projects.models import Project
from tests.conftest import worker_environment
from tests.portfolio.status.writing import submitted

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
DUE = date(2027, 3, 12)
Move = Callable[[int, int], None]


def instant(days: int, hour: int) -> str:
    """An hour so many days after the due date."""
    return datetime.combine(DUE + timedelta(days=days), time(hour), tzinfo=UTC).isoformat()


@pytest.fixture
def move(tmp_path: Path, eventually: Callable[..., None]) -> Iterator[Move]:
    """Moves the clock of a beat and a worker that began three days before the due date."""
    log, queue = (tmp_path / "worker.log").open("wb"), f"clock-{uuid.uuid4().hex[:8]}"
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("moved_clock.py")), instant(-3, 9), str(tmp_path)],
        cwd=settings.BASE_DIR,
        env={
            **worker_environment(),
            "PMO_QUEUE": f"clock-{uuid.uuid4().hex[:8]}",
            "PYTHONPATH": str(settings.BASE_DIR),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    said: IO[str] = process.stdout  # type: ignore[assignment]
    given: IO[str] = process.stdin  # type: ignore[assignment]

    def to(days: int, hour: int) -> None:
        given.write(f"{instant(days, hour)}\n")
        given.flush()
        # The worker greets on the same output.
        assert any(line.strip() == "moved" for line in said), (tmp_path / "worker.log").read_text()

    def at_work() -> bool:
        written = (tmp_path / "worker.log").read_text()
        return " ready." in written and "Sending due task" in written

    try:
        eventually(at_work, within=120)
        yield to
    finally:
        process.kill()
        process.wait(timeout=30)
        log.close()
        with current_app.connection_for_write() as broker:
            broker.default_channel.queue_delete(queue)


def occasions() -> list[tuple[str, str]]:
    """Who was told of what, in the order of the telling."""
    rows = Notice.objects.filter(kind__in=("reminder", "escalation")).order_by("pk")
    return [(user, key.rpartition("-")[2]) for user, key in rows.values_list("user__username", "key")]


def test_the_clock_reminds_two_days_before_on_and_after_the_day_and_then_tells_the_portfolio_manager(
    world, move, eventually
):
    submitted(world, "N-3", "alice")
    Project.objects.update(report_due_on=None)
    Project.objects.filter(code__in=["N-1", "N-3"]).update(report_due_on=DUE)
    steps = [
        (-3, 11, []),
        (-2, 9, [("alice", "before")]),
        (0, 9, [("alice", "on")]),
        (1, 9, [("alice", "after")]),
        (3, 9, [("portfolio", "escalate")]),
    ]
    told = 0
    for days, hour, new in steps:
        told += len(new)
        move(days, hour)
        eventually(lambda: len(occasions()) == told, within=90)  # noqa: B023
        move(days, hour + 2)
    # The clock-work has gone on once it reminds of another report: of N-1 nobody was told again meanwhile.
    Project.objects.filter(code="S-1").update(report_due_on=DUE + timedelta(days=10))
    move(10, 9)
    eventually(lambda: ("bob", "on") in occasions(), within=90)
    Notice.objects.filter(user=world.users["bob"]).delete()
    assert occasions() == [("alice", "before"), ("alice", "on"), ("alice", "after"), ("portfolio", "escalate")]
