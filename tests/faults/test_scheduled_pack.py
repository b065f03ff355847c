"""The schedule proved with a real beat, a real worker and a file on the disk; and a worker killed while it prints."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from pmo.access.models import User
from reporting.packs import actions
from reporting.packs.models import Pack, PackRun
from reporting.schedules.models import PackSchedule
from tests.faults.workers import PATIENCE, Start, a_beat, a_worker, ended, killed, lapsed

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def test_beat_ticks_a_worker_makes_the_pack_and_the_file_is_on_the_disk(
    world: Any, start: Start, tmp_path: Path, eventually: Callable[..., Any]
) -> None:
    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    half_past = timezone.now().replace(second=30, microsecond=0) - timedelta(minutes=1)
    schedule = PackSchedule.objects.create(
        pack=pack, cron="* * * * *", time_zone="Europe/Berlin", checked_until=half_past
    )
    a_worker(start)
    a_beat(start)
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
    eventually(lambda: PackRun.objects.filter(pk=run.pk, state="running").exists(), within=PATIENCE)
    killed(doomed)
    lapsed()
    a_worker(start)
    ended(run, "done", eventually)
    files = list((tmp_path / "files" / "packs").rglob("*.pdf"))
    assert run.attempts in (1, 2)
    assert hashlib.sha256((tmp_path / "files" / run.file).read_bytes()).hexdigest() == run.sha256
    assert len(files) in (1, 2)
    assert PackRun.objects.filter(pack=pack, state="done").count() == 1
