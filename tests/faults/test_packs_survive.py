"""Packs survive what kills workers, the broker and the disk: every slot has one file, none is half written."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import signal
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
from tests.faults.broker import OwnBroker
from tests.faults.workers import PATIENCE, Start, a_beat, a_child_of, a_worker, ended, killed, lapsed, left_in

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
NIGHTLY = "PMO_NIGHTLY" in os.environ
SLOTS = int(os.environ.get("PMO_FAULT_SLOTS", "500" if NIGHTLY else "20"))
SEED = int(os.environ.get("PMO_FAULT_SEED", "7"))
DOWN = 60.0 if NIGHTLY else 3.0
WAIT = 120 + 20 * SLOTS
ROOM = 20_000


def every_file_is_whole(folder: Path, runs: list[PackRun]) -> bool:
    return all(hashlib.sha256((folder / run.file).read_bytes()).hexdigest() == run.sha256 for run in runs)


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
        a_beat(start, beat)
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
    child = a_child_of(a_worker(start), start, eventually)
    run = actions.request_run(pack.pk, actor=world.users["director"])
    eventually(lambda: PackRun.objects.filter(pk=run.pk, state="running").exists(), within=PATIENCE)
    os.kill(child, signal.SIGKILL)
    lapsed()
    ended(run, "done", eventually)
    assert run.attempts <= 2
    assert every_file_is_whole(tmp_path / "files", [run])


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
    made = [ended(run, "done", eventually) for run in runs]
    assert every_file_is_whole(tmp_path / "files", made)


def test_a_broker_that_dies_at_work_and_comes_back_empty_stops_no_reader_and_loses_no_run(
    world: Any, start: Start, own_broker: OwnBroker, token_of: Callable[..., str], eventually: Callable[..., Any]
) -> None:
    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    site = own_broker.site(start, world.users["analyst"], token_of(world.users["analyst"], "pack.run", "pack.view"))
    eventually(lambda: site.page("/packs/") == 200, within=PATIENCE)
    a_worker(start, **own_broker.told)
    start("beat", "-s", str(start.folder / "beat"), "--pidfile", str(start.folder / "beat.pid"), **own_broker.told)
    asked = [site.request_run(pack.pk) for _each in range(2)]
    eventually(lambda: PackRun.objects.filter(state="running").exists(), within=PATIENCE)
    own_broker.forget()
    asked.append(site.request_run(pack.pk))
    own_broker.kill()
    back = time.monotonic() + DOWN
    while time.monotonic() < back or len(asked) < 5:
        assert site.page("/packs/") == 200
        assert site.page(f"/packs/{pack.pk}/") == 200
        if len(asked) < 5:
            asked.append(site.request_run(pack.pk))
    own_broker.run()
    # What was lost comes back by the clock of the house, each minute; by day nobody waits for the minute.
    lapsed()
    PackRun.objects.filter(state="queued").update(requested_at=timezone.now() - timedelta(minutes=1))
    if not NIGHTLY:
        start("call", "packs.sweep", **own_broker.told)
    eventually(lambda: PackRun.objects.filter(state="done").count() == len(asked), within=PATIENCE)
    assert len(set(asked)) == 5 == PackRun.objects.count()
    assert every_file_is_whole(start.folder / "files", list(PackRun.objects.all()))


def test_a_full_disk_fails_the_run_in_words_leaves_no_half_and_the_next_run_works(
    world: Any, start: Start, tmp_path: Path, eventually: Callable[..., Any]
) -> None:
    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    # Python would keep half of a compiled module on such a disk, and stumble over it ever after.
    child = a_child_of(a_worker(start, PYTHONDONTWRITEBYTECODE="1"), start, eventually)
    usual = resource.prlimit(child, resource.RLIMIT_FSIZE)
    resource.prlimit(child, resource.RLIMIT_FSIZE, (ROOM, usual[1]))
    run = actions.request_run(pack.pk, actor=world.users["director"])
    ended(run, "failed", eventually)
    assert run.error == "The file could not be written: File too large"
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
    resource.prlimit(child, resource.RLIMIT_FSIZE, usual)
    again = ended(actions.request_run(pack.pk, actor=world.users["director"]), "done", eventually)
    assert every_file_is_whole(tmp_path / "files", [again])
    assert files.FOLDER in again.file


def test_a_worker_killed_between_writing_and_naming_leaves_nothing_that_is_served(
    world: Any, start: Start, tmp_path: Path, eventually: Callable[..., Any], client_of: Callable[..., Any]
) -> None:
    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    name = "stalled@%h"
    doomed = start.python("-m", "tests.faults.stalled_disk", "worker", "-n", name, "-c", "1", "--without-gossip")
    run = actions.request_run(pack.pk, actor=world.users["director"])
    written = left_in(tmp_path / "files", ".writing-*", eventually)
    eventually(lambda: written.stat().st_size > ROOM, within=PATIENCE)
    killed(doomed)
    run.refresh_from_db()
    assert (run.state, run.file, list((tmp_path / "files").rglob("*.pdf"))) == ("running", "", [])
    answer = client_of(world.users["director"]).get(f"/packs/runs/{run.pk}/pdf/")
    assert answer.status_code in (404, 409)
    lapsed()
    a_worker(start)
    ended(run, "done", eventually)
    assert run.attempts == 2
    assert every_file_is_whole(tmp_path / "files", [run])
