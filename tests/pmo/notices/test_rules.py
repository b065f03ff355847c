"""A digest has one slot for each day by the person's own clock, whatever that clock does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pmo.notices.rules import MOST_ATTEMPTS, digest_instant, due_slot, next_attempt

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = {"cadence": "daily", "weekday": 0, "since": None}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-24 05:59", None),
        ("2026-11-24 06:00", date(2026, 11, 24)),
        ("2026-11-24 17:59", date(2026, 11, 24)),
        ("2026-11-24 18:00", None),
        ("2026-11-28 08:00", None),
    ],
)
def test_the_digest_of_seven_is_due_from_seven_by_the_local_clock_for_half_a_day_on_working_days(now, slot):
    assert due_slot(at(now), zone=BERLIN, hour=7, **DAILY) == slot


def test_a_weekly_digest_is_due_on_its_day_only():
    weekly = {"zone": BERLIN, "hour": 7, "cadence": "weekly", "weekday": 2, "since": None}
    found = {due_slot(at(f"2026-11-{day} 09:00"), **weekly) for day in range(23, 30)}
    assert found == {None, date(2026, 11, 25)}


def test_who_chose_never_gets_none():
    assert due_slot(at("2026-11-24 09:00"), zone=BERLIN, hour=7, cadence="never", weekday=0, since=None) is None


def test_a_habit_chosen_after_the_hour_begins_the_next_day():
    chosen = {**DAILY, "since": at("2026-11-24 10:00")}
    assert due_slot(at("2026-11-24 10:01"), zone=BERLIN, hour=7, **chosen) is None
    assert due_slot(at("2026-11-25 06:01"), zone=BERLIN, hour=7, **chosen) == date(2026, 11, 25)


def test_an_evening_digest_that_was_missed_comes_after_midnight_for_the_day_before():
    assert due_slot(at("2026-11-25 00:30"), zone=BERLIN, hour=22, **DAILY) == date(2026, 11, 24)


def test_an_hour_that_the_clock_skips_is_the_one_after_and_an_hour_that_comes_twice_the_first():
    assert digest_instant(date(2027, 3, 28), 2, BERLIN) == at("2027-03-28 01:00")
    assert digest_instant(date(2026, 10, 25), 2, BERLIN) == at("2026-10-25 00:00")


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC"]
)
def test_two_years_of_ticks_find_each_working_day(zone):
    first, ticks = at("2026-12-01 00:00"), 2 * 365 * 48
    moments = (first + timedelta(minutes=30 * tick) for tick in range(ticks))
    found = {due_slot(moment, zone=ZoneInfo(zone), hour=2, **DAILY) for moment in moments}
    days = [date(2026, 12, 2) + timedelta(days=day) for day in range(720)]
    assert sorted(found & set(days)) == [day for day in days if day.weekday() < 5]


def test_mail_is_tried_five_times_ever_more_seldom():
    now = at("2026-11-24 09:00")
    waits = [next_attempt(now, attempts) for attempts in range(1, MOST_ATTEMPTS + 1)]
    minutes = [None if each is None else (each - now).total_seconds() / 60 for each in waits]
    assert minutes == [1, 5, 30, 120, None]
