"""Packs survive what kills workers, the broker and the disk: every slot has one file, none is half written."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from pmo.access.models import User
from reporting.packs import actions, files
from reporting.packs.models import Pack, PackRun
from reporting.schedules.models import PackSchedule
from tests.faults.test_scheduled_pack import Start, a_worker, start

__all__ = ["start"]
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
SLOTS = int(os.environ.get("PMO_FAULT_SLOTS", "20"))
SEED = int(os.environ.get("PMO_FAULT_SEED", "7"))
WAIT = 120 + 20 * SLOTS


def children_of(worker: subprocess.Popen[bytes]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()]


def killed(worker: subprocess.Popen[bytes]) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(timeout=30)


def every_file_is_whole(folder: Path, runs: list[PackRun]) -> bool:
    return all(hashlib.sha256((folder / run.file).read_bytes()).hexdigest() == run.sha256 for run in runs)


def lapsed() -> None:
    """Leases end a minute after a worker fell silent; the experiment does not wait for the minute."""
    silent = timezone.now() - timedelta(seconds=1)
    PackRun.objects.filter(state="running").update(lease_until=silent)
    PackRun.objects.filter(state="queued").exclude(lease_until=None).update(lease_until=silent)


def test_every_slot_has_one_file_with_two_beats_three_workers_and_random_kills(
    world: Any, start: Start, tmp_path: Path
) -> None:
    dice, folder = random.Random(SEED), tmp_path / "files"
    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    schedule = PackSchedule.objects.create(
        pack=pack, cron="* * * * *", time_zone="UTC", checked_until=timezone.now() + timedelta(days=1)
    )
    first = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=SLOTS)
    workers = [a_worker(start) for _each in range(3)]
    for beat in ("one", "two"):
        start("beat", "-s", str(tmp_path / beat), "--pidfile", str(tmp_path / f"{beat}.pid"))
    system, deadline = User.objects.system(), time.monotonic() + WAIT
    for number in range(SLOTS):
        for _twice in range(2):
            actions.request_slot(pack, schedule.pk, first + timedelta(minutes=number), world.today, actor=system)
    kills = 0
    while PackRun.objects.filter(schedule=schedule).exclude(state="done").exists():
        assert time.monotonic() < deadline, list(PackRun.objects.values_list("state", "attempts", "error"))
        time.sleep(dice.uniform(1, 3))
        if kills < max(3, SLOTS // 10):
            victim = dice.randrange(3)
            killed(workers[victim])
            workers[victim] = a_worker(start)
            kills += 1
            # The kills are ours and not the pack's fault: they do not count as its attempts. Leases of those who
            # live lapse too, so the token has to fence them off.
            PackRun.objects.filter(schedule=schedule, state="running").update(attempts=1)
            lapsed()
        actions.sweep(actor=system)
    runs = list(PackRun.objects.filter(schedule=schedule))
    assert len(runs) == SLOTS == len({run.slot for run in runs})
    assert sorted(run.number for run in runs) == list(range(1, SLOTS + 1))
    assert every_file_is_whole(folder, runs)
    assert kills >= 3


def test_a_killed_child_of_the_pool_is_followed_by_another_attempt_within_seconds(
    world: Any, start: Start, tmp_path: Path, eventually: Callable[..., Any]
) -> None:
    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    worker = a_worker(start)
    run = actions.request_run(pack.pk, actor=world.users["director"])
    eventually(lambda: PackRun.objects.filter(pk=run.pk, state="running").exists(), within=60)
    for child in children_of(worker):
        os.kill(child, signal.SIGKILL)
    lapsed()
    eventually(lambda: PackRun.objects.filter(pk=run.pk, state="done").exists() or _swept(), within=120)
    eventually(lambda: PackRun.objects.filter(pk=run.pk, state="done").exists(), within=120)
    run.refresh_from_db()
    assert run.attempts <= 2
    assert every_file_is_whole(tmp_path / "files", [run])


def _swept() -> bool:
    actions.sweep(actor=User.objects.system())
    return False


def test_a_broker_that_forgets_everything_loses_no_run(
    world: Any, start: Start, tmp_path: Path, eventually: Callable[..., Any]
) -> None:
    from pmo.celery import app

    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    runs = [actions.request_run(pack.pk, actor=world.users["director"]) for _each in range(3)]
    with app.connection_or_acquire() as connection:
        assert connection.default_channel.queue_purge(app.conf.task_default_queue) >= 3
    PackRun.objects.update(requested_at=timezone.now() - timedelta(minutes=5))
    assert actions.sweep(actor=User.objects.system()) == 3
    a_worker(start)
    eventually(lambda: PackRun.objects.filter(state="done").count() == 3, within=120)
    assert every_file_is_whole(tmp_path / "files", list(PackRun.objects.filter(pk__in=[run.pk for run in runs])))


def test_a_full_disk_fails_the_run_in_words_leaves_no_half_and_the_next_run_works(
    world: Any, start: Start, tmp_path: Path, eventually: Callable[..., Any]
) -> None:
    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, usual[1]))
    try:
        worker = a_worker(start)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    run = actions.request_run(pack.pk, actor=world.users["director"])
    eventually(lambda: PackRun.objects.filter(pk=run.pk, state="failed").exists(), within=120)
    run.refresh_from_db()
    assert run.error == "The file could not be written: File too large"
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
    killed(worker)
    a_worker(start)
    again = actions.request_run(pack.pk, actor=world.users["director"])
    eventually(lambda: PackRun.objects.filter(pk=again.pk, state="done").exists(), within=120)
    again.refresh_from_db()
    assert every_file_is_whole(tmp_path / "files", [again])
    assert files.FOLDER in again.file
