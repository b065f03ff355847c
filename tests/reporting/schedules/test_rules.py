"""Slots in six zones over two years with clock changes, against wall-clock times worked out independently."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.schedules.rules import business_date, due_slots, flaw, next_slots

pytestmark = pytest.mark.quick
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo")
START = datetime(2027, 1, 1, tzinfo=UTC)


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "expected"),
    [
        ("0 6 1 * *", "Europe/Berlin", ""),
        ("*/15 8-17 * * MON-FRI", "UTC", ""),
        ("0 7 29 2 *", "UTC", ""),
        ("0 6 30 2 *", "UTC", "never"),
        ("0 6 31 4,6,9,11 *", "UTC", "never"),
        ("61 6 1 * *", "UTC", "unreadable"),
        ("every monday", "UTC", "unreadable"),
        ("0 0 6 1 * *", "UTC", "unreadable"),
        ("", "UTC", "unreadable"),
        ("0 6 1 13 *", "UTC", "unreadable"),
        ("0 6 1 * *", "Europe/Atlantis", "zone"),
        ("0 6 1 * *", "../etc/passwd", "zone"),
        ("0 6 1 * *", "", "zone"),
    ],
)
def test_a_schedule_that_cannot_work_is_told_apart(cron, zone, expected):
    assert flaw(cron, zone) == expected


def test_a_time_that_the_clock_skips_comes_once_right_after():
    assert next_slots("30 2 * * *", "Europe/Berlin", utc(2026, 3, 28, 2)) == [
        utc(2026, 3, 29, 1),
        utc(2026, 3, 30, 0, 30),
        utc(2026, 3, 31, 0, 30),
    ]


def test_a_time_that_the_clock_repeats_comes_once():
    assert next_slots("30 2 * * *", "Europe/Berlin", utc(2026, 10, 24, 2)) == [
        utc(2026, 10, 25, 0, 30),
        utc(2026, 10, 26, 1, 30),
        utc(2026, 10, 27, 1, 30),
    ]


def test_two_times_inside_the_skipped_hour_are_one_slot():
    assert next_slots("0,30 2 * * *", "Europe/Berlin", utc(2026, 3, 28, 2), 2) == [
        utc(2026, 3, 29, 1),
        utc(2026, 3, 30, 0),
    ]


def test_an_hourly_schedule_runs_in_both_of_the_repeated_hours():
    found = next_slots("0 * * * *", "Europe/Berlin", utc(2026, 10, 24, 23), 4)
    assert found == [utc(2026, 10, 25, hour) for hour in (0, 1, 2, 3)]


def test_the_leap_day_comes_when_there_is_one():
    assert next_slots("0 0 29 2 *", "UTC", utc(2026, 1, 1), 2) == [utc(2028, 2, 29), utc(2032, 2, 29)]


@pytest.mark.parametrize("zone", ZONES)
def test_a_daily_slot_comes_once_on_every_local_day_of_two_years(zone):
    """Minute ticks are simulated by hours; whatever the clocks do, each local day has its one slot at 6:00."""
    after, found = START, []
    while after < utc(2029, 1, 1):
        until = after + timedelta(hours=5)
        found += due_slots("0 6 * * *", zone, after, until)
        after = until
    local = [slot.astimezone(ZoneInfo(zone)) for slot in found]
    first = local[0].date()
    assert [moment.date() for moment in local] == [first + timedelta(days=day) for day in range(len(local))]
    assert {(moment.hour, moment.minute) for moment in local} == {(6, 0)}
    assert len(found) in (731, 732)


@given(
    zone=st.sampled_from(ZONES),
    cron=st.sampled_from(("*/20 * * * *", "30 2 * * *", "15 1-3 * * *", "0 0 * * SUN", "0 6 1 * *")),
    start=st.datetimes(datetime(2027, 1, 1), datetime(2028, 12, 1)),
    cuts=st.lists(st.integers(1, 3600 * 8), min_size=1, max_size=12),
)
@settings(max_examples=150, deadline=None)
def test_however_the_ticks_fall_no_slot_is_skipped_or_doubled(zone, cron, start, cuts):
    begin = start.replace(tzinfo=UTC)
    after, ticked = begin, []
    for seconds in cuts:
        until = after + timedelta(seconds=seconds)
        ticked += due_slots(cron, zone, after, until)
        after = until
    whole = [slot for slot in next_slots(cron, zone, begin, 400) if slot <= after]
    assert ticked == whole
    assert ticked == sorted(set(ticked))


def test_after_a_long_stop_only_the_last_day_is_caught_up():
    found = due_slots("0 6 * * *", "UTC", utc(2026, 1, 1), utc(2026, 11, 24, 12))
    assert found == [utc(2026, 11, 24, 6)]


def test_a_slot_exactly_at_the_tick_is_due_and_never_again():
    assert due_slots("0 6 * * *", "UTC", utc(2026, 11, 24, 5, 59), utc(2026, 11, 24, 6)) == [utc(2026, 11, 24, 6)]
    assert due_slots("0 6 * * *", "UTC", utc(2026, 11, 24, 6), utc(2026, 11, 24, 6, 1)) == []


def test_a_morning_slot_reports_on_the_day_before_and_an_afternoon_slot_on_its_own():
    assert business_date(utc(2026, 11, 1, 5), "Europe/Berlin") == date(2026, 10, 31)
    assert business_date(utc(2026, 11, 24, 17), "Europe/Berlin") == date(2026, 11, 24)
    assert business_date(utc(2026, 11, 24, 23, 30), "Asia/Kathmandu") == date(2026, 11, 24)
    assert business_date(utc(2026, 11, 24, 11, 30), "Pacific/Auckland") == date(2026, 11, 24)
    assert business_date(utc(2026, 11, 24, 20), "America/Los_Angeles") == date(2026, 11, 24)
