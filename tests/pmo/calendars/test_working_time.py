"""Moments and working time of calendars with breaks, holidays and shifts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmo.calendars.rules.clock import EPOCH, BeyondHorizonError, Clock
from pmo.calendars.rules.week import Deviation, Week, all_hours, five_days, hours

HOUR = 3600
SHIFT = Week((hours("22:00-00:00"), *[hours("00:00-06:00", "22:00-00:00")] * 4, hours("00:00-06:00"), ()))
HOLIDAY = Deviation(date(2026, 12, 25), date(2026, 12, 26))
HALF_DAY = Deviation(date(2026, 12, 24), date(2026, 12, 24), hours("08:00-12:00"))
OFFICE = five_days(exceptions=[HOLIDAY, HALF_DAY])
CLOCK = Clock([OFFICE, SHIFT, all_hours()], date(2026, 11, 1), date(2027, 3, 31))


def at(text: str) -> int:
    return int((datetime.fromisoformat(text) - datetime.combine(EPOCH, datetime.min.time())).total_seconds())


def told(moment: int) -> str:
    return (datetime.combine(EPOCH, datetime.min.time()) + timedelta(seconds=int(moment))).isoformat(" ", "minutes")


def test_work_goes_on_after_the_break_the_night_and_the_weekend():
    assert told(CLOCK.after(0, at("2026-11-27 11:00"), 2 * HOUR)) == "2026-11-27 14:00"
    assert told(CLOCK.after(0, at("2026-11-27 16:00"), 2 * HOUR)) == "2026-11-30 09:00"


def test_what_ends_ends_in_the_evening_and_what_starts_starts_in_the_morning():
    evening = CLOCK.after(0, at("2026-11-27 08:00"), 8 * HOUR)
    assert told(evening) == "2026-11-27 17:00"
    assert told(CLOCK.opening(0, evening)) == "2026-11-30 08:00"
    assert told(CLOCK.closing(0, at("2026-11-30 08:00"))) == "2026-11-27 17:00"
    assert told(CLOCK.before(0, evening, 8 * HOUR)) == "2026-11-27 08:00"


def test_exceptions_take_hours_away_and_a_later_one_wins():
    assert told(CLOCK.after(0, at("2026-12-24 08:00"), 8 * HOUR)) == "2026-12-28 12:00"
    worked = five_days(exceptions=[HOLIDAY, Deviation(date(2026, 12, 26), date(2026, 12, 26), hours("10:00-14:00"))])
    saturday = Clock([worked], date(2026, 12, 1), date(2027, 1, 31))
    assert told(saturday.after(0, at("2026-12-25 08:00"), 4 * HOUR)) == "2026-12-26 14:00"


def test_a_shift_goes_over_midnight():
    assert told(CLOCK.after(1, at("2026-11-23 23:00"), 3 * HOUR)) == "2026-11-24 02:00"
    assert CLOCK.between(1, at("2026-11-23 00:00"), at("2026-11-30 00:00")) == 40 * HOUR


def test_calendars_are_asked_together():
    moments = CLOCK.after([0, 1, 2], at("2026-11-27 16:00"), 4 * HOUR)
    assert [told(moment) for moment in moments] == ["2026-11-30 11:00", "2026-11-28 02:00", "2026-11-27 20:00"]


def test_before_the_first_span_of_a_calendar_no_work_lies():
    assert CLOCK.work_before([0, 1, 2], CLOCK.first).tolist() == [0, 0, 0]
    assert CLOCK.work_before(1, at("2026-11-02 21:00")) == 0


def test_outside_of_the_days_laid_out_nothing_is_guessed():
    for ask in (
        lambda: CLOCK.work_before(0, at("2027-04-02 00:00")),
        lambda: CLOCK.after(0, at("2027-03-31 16:00"), 2 * HOUR),
        lambda: CLOCK.before(0, at("2026-11-02 09:00"), 2 * HOUR),
    ):
        with pytest.raises(BeyondHorizonError):
            ask()


def test_a_calendar_without_hours_and_hours_out_of_order_are_refused():
    with pytest.raises(ValueError, match="at least one weekday"):
        Clock([Week(((), (), (), (), (), (), ()))], date(2026, 1, 1), date(2026, 2, 1))
    with pytest.raises(ValueError, match="follow each other"):
        five_days(hours("13:00-17:00", "08:00-12:00"))


@given(st.sampled_from([0, 1, 2]), st.integers(0, 100 * 24 * 60), st.integers(0, 200 * HOUR))
def test_work_that_was_done_can_be_taken_back(calendar: int, minute: int, work: int):
    start = CLOCK.opening(calendar, at("2026-11-03 00:00") + minute * 60)
    try:
        finish = CLOCK.after(calendar, start, work)
    except BeyondHorizonError:
        return
    assert CLOCK.between(calendar, start, finish) == work
    assert CLOCK.before(calendar, finish, work) == start


@given(st.integers(0, 100 * 24 * 60))
def test_the_hours_of_a_day_are_what_the_calendar_says(minute: int):
    moment = at("2026-11-03 00:00") + minute * 60
    day, second = EPOCH + timedelta(seconds=moment), moment % 86400
    working = any(start <= second < end for start, end in OFFICE.on(day))
    assert bool(CLOCK.opening(0, moment) == moment) is working
