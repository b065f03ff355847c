"""Schedules as people say them mean the same as their expressions."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from reporting.schedules import rhythm, rules, wording
from reporting.schedules.rhythm import Rhythm

SAID = [
    (Rhythm("daily", time(7)), "0 7 * * *", "Every day at 07:00, Europe/Berlin"),
    (Rhythm("workdays", time(7, 30)), "30 7 * * MON-FRI", "Every working day at 07:30, Europe/Berlin"),
    (Rhythm("weekly", time(7), weekday="MON"), "0 7 * * MON", "Every Monday at 07:00, Europe/Berlin"),
    (Rhythm("monthly", time(7), day=1), "0 7 1 * *", "Every month on day 1 at 07:00, Europe/Berlin"),
    (
        Rhythm("first_weekday", time(7), weekday="TUE"),
        "0 7 * * TUE#1",
        "Every month on the first Tuesday at 07:00, Europe/Berlin",
    ),
    (Rhythm("last_day", time(18)), "0 18 L * *", "Every month on its last day at 18:00, Europe/Berlin"),
    (Rhythm("last_workday", time(18)), "0 18 LW * *", "Every month on its last working day at 18:00, Europe/Berlin"),
]


@pytest.mark.parametrize(("said", "cron", "words"), SAID)
def test_a_rhythm_an_expression_and_a_sentence_say_the_same(said, cron, words):
    assert rhythm.cron_of(said) == cron
    assert rhythm.rhythm_of(cron) == said
    assert wording.said(cron, "Europe/Berlin") == words
    assert rules.flaw(cron, "Europe/Berlin") == ""


@pytest.mark.parametrize(
    "cron", ["*/5 * * * *", "0 6 31 * *", "0 6 1 1 *", "0 6 * * MON,TUE", "nonsense", "", "0 6,18 * * *"]
)
def test_what_nobody_would_say_stands_as_its_expression(cron):
    assert rhythm.rhythm_of(cron) is None
    assert wording.said(cron, "UTC") == f"By the expression “{cron}”, UTC"


def test_numbers_of_weekdays_are_understood():
    assert rhythm.rhythm_of("0 7 * * 1") == Rhythm("weekly", time(7), weekday="MON")
    assert rhythm.rhythm_of("0 7 * * 0") == Rhythm("weekly", time(7), weekday="SUN")


def test_the_last_working_day_is_a_friday_when_the_month_ends_on_a_sunday():
    slots = rules.next_slots("0 18 LW * *", "UTC", datetime(2026, 5, 1, tzinfo=UTC), 1)
    assert slots == [datetime(2026, 5, 29, 18, tzinfo=UTC)]
