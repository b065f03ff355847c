"""When a report is complete, unchanged or late, and what figures say about health."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pmo.kernel import rag
from pmo.kernel.limits import Limits
from portfolio.status import rules
from portfolio.status.rules import Computed, Content, Gap, Judgement

LIMITS = Limits(Decimal(5), Decimal(10), 15, 60)
GREEN = {name: Judgement("green") for name in rag.DIMENSIONS}
COMPLETE = Content(overall="green", summary="All is well.", judgements=GREEN)


def with_(**changes) -> Content:
    return Content(**{**COMPLETE.__dict__, **changes})


def test_a_complete_report_has_no_gap():
    assert rules.gaps(COMPLETE) == []


def test_an_empty_report_names_all_its_gaps_in_the_order_of_the_form():
    assert rules.gaps(Content()) == [
        Gap("overall", "value_missing"),
        Gap("summary", "summary_missing"),
        *(Gap(name, "value_missing") for name in rag.DIMENSIONS),
    ]


@pytest.mark.parametrize(
    ("value", "gap"),
    [
        ("green", []),
        ("amber_green", []),
        ("amber", [Gap("cost_comment", "comment_missing")]),
        ("amber_red", [Gap("cost_comment", "comment_missing")]),
        ("red", [Gap("cost_comment", "comment_missing")]),
        ("grey", []),
        ("blue", []),
    ],
)
def test_amber_and_worse_ask_for_a_comment(value, gap):
    assert rules.gaps(with_(judgements={**GREEN, "cost": Judgement(value, "", "  \n")})) == gap
    assert rules.gaps(with_(judgements={**GREEN, "cost": Judgement(value, "", "Steel.")})) == []


def test_exempt_is_no_overall_status_that_a_person_gives():
    assert rules.gaps(with_(overall="exempt")) == [Gap("overall", "value_missing")]


def test_a_summary_of_600_characters_fits_and_one_more_does_not():
    assert rules.gaps(with_(summary="x" * 600)) == []
    assert rules.gaps(with_(summary="x" * 601)) == [Gap("summary", "summary_too_long")]


def test_a_report_is_unchanged_when_no_judgement_and_no_word_differs():
    assert rules.is_unchanged(COMPLETE, with_(achievements=("Deck laid",)))
    assert rules.is_unchanged(COMPLETE, with_(summary=" All is well.  "))
    assert not rules.is_unchanged(COMPLETE, with_(summary="All is fine."))
    assert not rules.is_unchanged(COMPLETE, with_(judgements={**GREEN, "risk": Judgement("green", "", "Rain.")}))
    assert not rules.is_unchanged(None, COMPLETE)


def test_a_repeated_amber_comment_must_be_confirmed():
    amber = with_(judgements={**GREEN, "risk": Judgement("amber", "", "Rain.")})
    assert rules.unconfirmed(amber, amber, []) == [Gap("risk_confirm", "comment_unconfirmed")]
    assert rules.unconfirmed(amber, amber, ["risk"]) == []
    reworded = with_(judgements={**GREEN, "risk": Judgement("amber", "", "More rain.")})
    assert rules.unconfirmed(amber, reworded, []) == []
    assert rules.unconfirmed(None, amber, []) == []


@pytest.mark.parametrize(
    ("before", "after", "trend"),
    [
        ("green", "amber", "down"),
        ("red", "amber", "up"),
        ("amber", "amber", "same"),
        ("amber", "amber_red", "down"),
        ("", "red", "same"),
        ("exempt", "red", "same"),
        ("green", "grey", "same"),
    ],
)
def test_the_trend_compares_with_the_report_before(before, after, trend):
    assert rules.trends(with_(overall=before), with_(overall=after))["overall"] == trend


@pytest.mark.parametrize(
    ("slip", "found"),
    [
        (None, Computed("", None)),
        (-30, Computed("green", -30)),
        (14, Computed("green", 14)),
        (15, Computed("amber", 15)),
        (59, Computed("amber", 59)),
        (60, Computed("red", 60)),
    ],
)
def test_schedule_health_follows_the_slip(slip, found):
    assert rules.computed_schedule(slip, LIMITS) == found


@pytest.mark.parametrize(
    ("budget", "forecast", "found"),
    [
        ("100", "104.99", Computed("green", Decimal("4.99"))),
        ("100", "105", Computed("amber", Decimal(5))),
        ("100", "109.99", Computed("amber", Decimal("9.99"))),
        ("100", "110", Computed("red", Decimal(10))),
        ("100", "80", Computed("green", Decimal(-20))),
        ("0", "10", Computed("", None)),
        (None, "10", Computed("", None)),
        ("100", None, Computed("", None)),
    ],
)
def test_cost_health_follows_the_overrun_and_knows_nothing_without_a_budget(budget, forecast, found):
    amounts = [amount and Decimal(amount) for amount in (budget, forecast)]
    assert rules.computed_cost(*amounts, LIMITS) == found


@pytest.mark.parametrize(("today", "grace", "late"), [(27, 0, False), (28, 0, True), (28, 1, False), (29, 1, True)])
def test_a_report_is_late_from_the_day_after_the_grace(today, grace, late):
    assert rules.is_late(date(2026, 11, 27), date(2026, 11, today), grace) is late


def test_what_is_never_due_is_never_late():
    assert rules.is_late(None, date(2026, 11, 27), 0) is False


@pytest.mark.parametrize(
    ("day", "reminder"),
    [(24, ""), (25, "before"), (26, ""), (27, "on"), (28, "after"), (29, ""), (30, "escalate")],
)
def test_reminders_come_two_days_before_on_the_day_one_after_and_after_three(day, reminder):
    assert rules.Reminders().falling_on(date(2026, 11, 27), date(2026, 11, day)) == reminder


def test_differences_name_each_key_with_both_values():
    assert rules.differences({"a": 1, "b": 2}, {"b": 3, "c": 4}) == [("a", 1, None), ("b", 2, 3), ("c", None, 4)]


def test_the_life_of_a_report_is_data():
    ways = {(step.source, step.verb, step.target) for step in rules.FLOW.steps}
    assert ways == {
        ("draft", "submit", "submitted"),
        ("returned", "submit", "submitted"),
        ("submitted", "recall", "draft"),
        ("submitted", "return", "returned"),
        ("submitted", "publish", "published"),
    }
