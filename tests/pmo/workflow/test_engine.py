"""The engine asks in the order of the doors: hidden, refused, wrong state with all guards, reason."""

from __future__ import annotations

from datetime import date

import pytest

from pmo.kernel.errors import Broken, NotVisible, Refused, WrongState
from pmo.kernel.verdict import YES, no
from pmo.workflow import engine
from pmo.workflow.models import Transition
from portfolio.status.rules import FLOW
from tests.portfolio.status.writing import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(world):
    return submitted(world, "N-3", "alice")


def test_what_is_hidden_is_hidden_before_anything_else(report, cast):
    with pytest.raises(NotVisible):
        engine.move(report, "submit", actor=cast.stranger, flow=FLOW)


def test_a_lacking_right_comes_before_a_wrong_state(report, cast):
    report.state = "published"
    with pytest.raises(Refused):
        engine.move(report, "publish", actor=cast.alice, flow=FLOW)


def test_a_wrong_state_is_named(report, cast):
    report.state = "published"
    with pytest.raises(WrongState, match="Not possible while this is published"):
        engine.move(report, "publish", actor=cast.analyst, flow=FLOW)


def test_all_open_guards_are_listed_at_once(report, cast):
    guards = [lambda _report: no("First."), lambda _report: YES, lambda _report: no("Second.", "/mend/")]
    with pytest.raises(WrongState) as refusal:
        engine.move(report, "publish", actor=cast.analyst, flow=FLOW, guards=guards)
    assert [verdict.reason for verdict in refusal.value.open_guards] == ["First.", "Second."]
    assert report.state == "submitted"


@pytest.mark.parametrize("note", ["", " \n\t"])
def test_a_step_that_needs_a_reason_asks_for_it_last(report, cast, note):
    with pytest.raises(Broken) as refusal:
        engine.move(report, "return", actor=cast.analyst, flow=FLOW, note=note)
    assert refusal.value.field == "note"


def test_the_button_says_what_the_action_would_say(report, cast):
    assert engine.may(report, "publish", cast.analyst, FLOW)
    assert engine.may(report, "publish", cast.alice, FLOW).reason == (
        "Your roles do not include this here: Publish status reports."
    )
    assert engine.may(report, "submit", cast.alice, FLOW).reason == "Not possible while this is submitted."
    assert engine.may(report, "publish", cast.analyst, FLOW, [lambda _report: no("Wait.")]).reason == "Wait."


def test_a_step_is_logged_with_the_day_by_which_the_next_is_due(report, cast, world):
    engine.move(report, "return", actor=cast.analyst, flow=FLOW, note="Why?")
    logged = Transition.objects.latest("id")
    assert (logged.verb, logged.source, logged.target, logged.note) == ("return", "submitted", "returned", "Why?")
    assert (logged.due_on - world.today).days == 2


def test_a_state_without_a_limit_is_never_due():
    assert engine.due_on(FLOW, "published", date(2026, 12, 30)) is None
    assert engine.due_on(FLOW, "submitted", date(2026, 12, 30)) == date(2027, 1, 1)
