"""Status values, money and verdicts: small facts that every page counts on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pmo.kernel import rag
from pmo.kernel.errors import Broken
from pmo.kernel.money import change_ratio, total
from pmo.kernel.transitions import Flow, Step
from pmo.kernel.verdict import YES, no, refusals, unseen


@pytest.mark.parametrize(
    ("value", "band", "tone", "comment"),
    [
        ("green", "on_track", "green", False),
        ("amber_green", "on_track", "green", False),
        ("amber", "at_risk", "amber", True),
        ("amber_red", "off_track", "red", True),
        ("red", "off_track", "red", True),
        ("blue", "complete", "blue", False),
        ("grey", "on_hold", "grey", False),
        ("exempt", "none", "grey", False),
        ("", "none", "grey", False),
    ],
)
def test_a_status_has_one_band_one_tone_and_one_duty(value, band, tone, comment):
    assert (rag.band(value), rag.tone(value), rag.needs_comment(value)) == (band, tone, comment)


def test_bands_hold_each_value_once():
    held = [value for band in rag.BANDS for value in rag.values_in(band)]
    assert sorted(held) == sorted(set(rag.ALL) - {"exempt"})


def test_silence_and_exemption_are_no_report():
    assert [value for value in (*rag.ALL, "") if not rag.is_reported(value)] == ["exempt", ""]


def test_the_worst_of_nothing_is_not_reported():
    assert rag.worst([]) == ""
    assert rag.worst(["green", "amber_red", "amber", "exempt"]) == "amber_red"


def test_a_total_says_how_many_parts_it_counted():
    found = total([Decimal("1.10"), None, Decimal("2.20")], "EUR")
    assert (found.amount, found.counted, found.of, found.complete) == (Decimal("3.30"), 2, 3, False)


def test_a_total_of_unknown_parts_is_unknown_and_not_zero():
    assert total([None, None], "EUR").amount is None
    assert total([], "EUR").amount is None


@pytest.mark.parametrize(
    ("before", "after", "ratio"),
    [("100", "110", "0.1"), ("0", "5", None), (None, "5", None), ("5", None, None), ("-10", "-5", None)],
)
def test_a_change_has_no_ratio_to_what_is_not_above_zero(before, after, ratio):
    amounts = [amount and Decimal(amount) for amount in (before, after)]
    assert change_ratio(*amounts) == (ratio and Decimal(ratio))


def test_a_refusal_is_false_and_carries_its_reason_and_remedy():
    verdict = no("No budget.", "/budget/")
    assert (bool(verdict), verdict.reason, verdict.remedy_url, verdict.hidden) == (
        False,
        "No budget.",
        "/budget/",
        False,
    )
    assert unseen().hidden
    assert bool(YES)


def test_all_refusals_are_listed_in_their_order():
    verdicts = [YES, no("a"), YES, no("b")]
    assert [verdict.reason for verdict in refusals(verdicts)] == ["a", "b"]


def test_a_broken_rule_belongs_to_a_field():
    assert Broken("Too long.", field="name").errors == {"name": ["Too long."]}
    assert Broken("Closed.").errors == {"": ["Closed."]}


FLOW = Flow("door", "shut", (Step("open", "shut", "ajar", "door.open"), Step("close", "ajar", "shut", "door.open")), {})


def test_a_flow_knows_its_states_and_what_is_possible_now():
    assert FLOW.states == ("shut", "ajar")
    assert [step.verb for step in FLOW.steps_from("shut")] == ["open"]
    assert (FLOW.find("shut", "open").target, FLOW.find("shut", "close")) == ("ajar", None)
