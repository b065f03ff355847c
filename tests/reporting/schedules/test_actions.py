"""Schedules on the real database: each slot becomes one run, whoever ticks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pmo.access.models import User
from pmo.kernel.errors import Invalid, NotVisible, Refused, Stale
from pmo.notices.models import Message
from reporting.packs.models import Pack, PackRun
from reporting.schedules import actions
from reporting.schedules.models import PackSchedule


@pytest.fixture
def north(world) -> Pack:
    return Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])


@pytest.fixture
def minutely(north) -> PackSchedule:
    """A schedule whose last three minutes have not been turned into runs yet."""
    since = timezone.now().replace(second=30, microsecond=0) - timedelta(minutes=4)
    return PackSchedule.objects.create(pack=north, cron="* * * * *", time_zone="UTC", checked_until=since)


def tick() -> int:
    return actions.tick(actor=User.objects.system())


def test_every_due_slot_becomes_one_run_and_one_message(minutely):
    made = tick()
    runs = PackRun.objects.filter(schedule=minutely)
    assert made == runs.count() >= 3
    assert Message.objects.filter(task="packs.make").count() == made
    assert {run.slot.second for run in runs} == {0}
    assert {run.requested_by.username for run in runs} == {"system"}


def test_a_second_tick_makes_nothing_more(minutely):
    made = tick()
    assert tick() in (0, 1)  # a new minute may have begun meanwhile
    assert PackRun.objects.filter(schedule=minutely).count() - made in (0, 1)


def test_a_tick_that_comes_again_after_a_crash_doubles_nothing(minutely):
    since = minutely.checked_until
    made = tick()
    PackSchedule.objects.filter(pk=minutely.pk).update(checked_until=since)
    assert tick() in (0, 1)
    assert PackRun.objects.filter(schedule=minutely).count() - made in (0, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_ticks_at_once_make_each_slot_once(minutely):
    def one(_beat: int) -> int:
        try:
            return tick()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        made = sum(pool.map(one, range(20)))
    runs = PackRun.objects.filter(schedule=minutely)
    assert made == runs.count() == len(set(runs.values_list("slot", flat=True))) >= 3


def test_the_database_itself_refuses_a_second_run_of_a_slot(minutely, cast):
    slot = datetime(2026, 11, 1, 6, tzinfo=UTC)
    row = {"pack": minutely.pack, "schedule": minutely, "slot": slot, "at": slot.date(), "requested_by": cast.director}
    PackRun.objects.create(**row, requested_at=slot)
    with pytest.raises(IntegrityError), transaction.atomic():
        PackRun.objects.create(**row, requested_at=slot)


def test_a_schedule_that_is_switched_off_makes_nothing(minutely):
    PackSchedule.objects.filter(pk=minutely.pk).update(enabled=False)
    assert tick() == 0


def test_an_impossible_cron_is_refused_with_how_to_mend_it(north, cast):
    for cron, told in (("0 6 30 2 *", "Choose a day that exists"), ("soon", "Write five parts")):
        with pytest.raises(Invalid) as refused:
            actions.create_schedule({"pack": north, "cron": cron, "time_zone": "UTC"}, actor=cast.director)
        assert told in refused.value.errors["cron"][0]


def test_an_unknown_zone_is_refused(north, cast):
    with pytest.raises(Invalid) as refused:
        actions.create_schedule({"pack": north, "cron": "0 6 1 * *", "time_zone": "Mars/Olympus"}, actor=cast.director)
    assert "time_zone" in refused.value.errors


def test_a_new_schedule_never_catches_up_with_the_past(north, cast):
    schedule = actions.create_schedule({"pack": north, "cron": "0 0 * * *", "time_zone": "UTC"}, actor=cast.director)
    assert tick() == 0
    assert schedule.next_slots[0] > timezone.now()


def test_a_changed_schedule_starts_from_now(minutely, cast):
    actions.edit_schedule(minutely, {"cron": "0 0 1 1 *"}, actor=cast.director, version=1)
    assert tick() == 0


def test_a_stale_edit_of_a_schedule_changes_nothing(minutely, cast):
    actions.edit_schedule(minutely, {"enabled": False}, actor=cast.director, version=1)
    with pytest.raises(Stale):
        actions.edit_schedule(minutely, {"cron": "0 0 * * *"}, actor=cast.director, version=1)


def test_who_may_set_a_schedule(north, cast, fresh):
    outcomes = {}
    for name in ("director", "portfolio", "analyst", "administrator", "alice", "executive", "sysadmin"):
        fields = {"pack": north, "cron": "0 6 1 * *", "time_zone": "UTC"}
        try:
            actions.create_schedule(fields, actor=fresh(getattr(cast, name)))
            outcomes[name] = "set"
        except (NotVisible, Refused) as refused:
            outcomes[name] = type(refused).__name__
    assert outcomes == {
        "director": "set",
        "portfolio": "set",
        "analyst": "set",
        "administrator": "set",
        "alice": "NotVisible",
        "executive": "NotVisible",
        "sysadmin": "NotVisible",
    }
