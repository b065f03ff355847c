"""The schedule proved with a real beat, a real worker and a file on the disk; and a worker killed while it prints."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from pmo.access.models import User
from reporting.packs import actions
from reporting.packs.models import Pack, PackRun
from reporting.schedules.models import PackSchedule
from tests.conftest import worker_environment

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts Celery processes of their own queue and folder, and leaves none behind."""
    from pmo.celery import app

    queue = f"faults-{uuid.uuid4().hex[:8]}"
    usual = app.conf.task_default_queue
    app.conf.task_default_queue = queue
    environment = {**worker_environment(), "PMO_QUEUE": queue, "PMO_FILES": str(tmp_path / "files")}
    running: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str, **extra: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "pmo.celery", *arguments],
            cwd=settings.BASE_DIR,
            env={**environment, **extra},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running.append(process)
        return process

    try:
        yield run
    finally:
        app.conf.task_default_queue = usual
        for process in running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)


def a_worker(start: Start, **extra: str) -> subprocess.Popen[bytes]:
    name = uuid.uuid4().hex[:6]
    return start("worker", "-n", f"{name}@%h", "-c", "1", "--without-gossip", "--without-mingle", **extra)


def test_beat_ticks_a_worker_makes_the_pack_and_the_file_is_on_the_disk(
    world: Any, start: Start, tmp_path: Path, eventually: Callable[..., Any]
) -> None:
    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    half_past = timezone.now().replace(second=30, microsecond=0) - timedelta(minutes=1)
    schedule = PackSchedule.objects.create(
        pack=pack, cron="* * * * *", time_zone="Europe/Berlin", checked_until=half_past
    )
    a_worker(start)
    start("beat", "-s", str(tmp_path / "beat"), "--pidfile", str(tmp_path / "beat.pid"))
    run = eventually(lambda: PackRun.objects.filter(schedule=schedule, state="done").first(), within=180)
    body = (tmp_path / "files" / run.file).read_bytes()
    assert run.sha256 == hashlib.sha256(body).hexdigest()
    assert run.requested_by == User.objects.system()
    assert (run.slot.second, run.attempts) == (0, 1)
    slots = list(PackRun.objects.filter(schedule=schedule).values_list("slot", flat=True))
    assert len(slots) == len(set(slots))


def test_a_run_whose_worker_is_killed_is_made_by_the_next(
    world: Any, start: Start, tmp_path: Path, eventually: Callable[..., Any]
) -> None:
    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    doomed = a_worker(start)
    run = actions.request_run(pack.pk, actor=world.users["director"])
    eventually(lambda: PackRun.objects.filter(pk=run.pk, state="running").exists(), within=60)
    os.killpg(doomed.pid, signal.SIGKILL)
    doomed.wait(timeout=30)
    run.refresh_from_db()
    if run.state == "running":
        PackRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    a_worker(start)
    actions.sweep(actor=User.objects.system())
    eventually(lambda: PackRun.objects.filter(pk=run.pk, state="done").exists(), within=90)
    run.refresh_from_db()
    files = list((tmp_path / "files" / "packs").rglob("*.pdf"))
    assert run.attempts in (1, 2)
    assert hashlib.sha256((tmp_path / "files" / run.file).read_bytes()).hexdigest() == run.sha256
    assert len(files) in (1, 2)
    assert PackRun.objects.filter(pack=pack, state="done").count() == 1
