"""The fourteen checks of a schedule, each on a plan in which it fails by a known measure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from pmo.calendars.rules.week import five_days
from portfolio.schedule.rules.network import Kind, Limit
from portfolio.schedule.rules.plan import (
    Plan,
    PlanAssignment,
    PlanBaseline,
    PlanCalendar,
    PlanLink,
    PlanTask,
    Span,
)
from portfolio.schedule.rules.quality import Check, assess

DAY = 8 * 3600
MONDAY = datetime(2026, 11, 2, 8)


def evening(day: int) -> datetime:
    return datetime(2026, 11, day, 17)


def task(uid: str, days: float, **more) -> PlanTask:
    return PlanTask(uid, uid, 1, duration=Span(round(days * DAY)), **more)


def chain(*tasks: PlanTask, links: tuple[PlanLink, ...] | None = None, **more) -> Plan:
    ties = tuple(PlanLink(one.uid, two.uid, Kind.FS) for one, two in zip(tasks, tasks[1:], strict=False))
    told = {"title": "", "start": MONDAY, "finish": None, "status_at": MONDAY, "currency": "", "day_seconds": DAY}
    return Plan(
        **told | {"calendar": "1", "calendars": (PlanCalendar("1", "Office", five_days()),)} | more,
        tasks=tasks,
        links=ties if links is None else links,
    )


def finding(plan: Plan, check: Check) -> tuple[float | None, tuple[str, ...], bool | None]:
    found = next(each for each in assess(plan).findings if each.check is check)
    return (None if found.measured is None else round(found.measured, 4), found.failing, found.passed)


FOUR = (task("A", 5), task("B", 5), task("C", 5), task("D", 0))


def test_logic_names_lines_that_wait_for_nothing_or_that_nothing_waits_for():
    assert finding(chain(*FOUR), Check.LOGIC) == (0.5, ("A", "D"), False)


def test_leads_lags_and_kinds_of_links_are_counted_over_the_links():
    links = (
        PlanLink("A", "B", Kind.FS, Span(-DAY)), PlanLink("B", "C", Kind.SS, Span(DAY)), PlanLink("C", "D", Kind.FS),
        PlanLink("A", "C", Kind.FS, percent=Decimal(10)),
    )  # fmt: skip
    plan = chain(*FOUR, links=links)
    assert finding(plan, Check.LEADS) == (1, ("A>B",), False)
    assert finding(plan, Check.LAGS) == (0.5, ("B>C", "A>C"), False)
    assert finding(plan, Check.LINKS) == (0.75, ("B>C",), False)


def test_limits_floats_and_lengths_beyond_forty_four_days_are_named():
    tasks = (
        task("A", 45), task("B", 1, limit=Limit.MUST_FINISH, limit_at=evening(2)), task("C", 44),
        task("D", 1, deadline=datetime(2026, 11, 2, 12)), task("E", 100),
    )  # fmt: skip
    plan = chain(*tasks, links=(PlanLink("A", "C", Kind.FS),))
    assert finding(plan, Check.HARD_LIMITS) == (0.2, ("B",), False)
    assert finding(plan, Check.LONG) == (0.4, ("A", "E"), False)
    assert finding(plan, Check.NEGATIVE_FLOAT) == (1, ("D",), False)
    assert finding(plan, Check.HIGH_FLOAT) == (0.0, (), True)
    assert finding(chain(task("A", 1), task("E", 100), links=()), Check.HIGH_FLOAT) == (0.5, ("A",), False)


def test_dates_on_the_wrong_side_of_the_status_date_are_invalid():
    tasks = (
        task("A", 2, started=MONDAY, finished=evening(20)),
        task("B", 2, start=datetime(2026, 11, 3, 8), finish=evening(4)),
        task("C", 9, start=MONDAY, started=MONDAY, finish=evening(12)),
        task("D", 2, start=datetime(2026, 11, 12, 8), finish=evening(13)),
    )
    assert finding(chain(*tasks, status_at=evening(10)), Check.DATES) == (2, ("A", "B"), False)


def test_resources_are_asked_for_where_any_are_planned():
    assert finding(chain(*FOUR), Check.RESOURCES)[2] is None
    loaded = chain(*FOUR, assignments=(PlanAssignment("A", "1"), PlanAssignment("B", "")))
    assert finding(loaded, Check.RESOURCES) == (2, ("B", "C"), False)


def promised(uid: str, day: int, **more) -> PlanTask:
    return task(uid, 1, baselines=(PlanBaseline(0, finish=evening(day)),), **more)


def test_what_was_promised_by_now_is_held_against_what_was_done():
    tasks = (
        promised("A", 3, started=MONDAY, finished=evening(3)), promised("B", 4, started=MONDAY, finished=evening(5)),
        promised("C", 5), promised("D", 20), promised("E", 24, started=MONDAY, finished=evening(6)),
    )  # fmt: skip
    plan = chain(*tasks, status_at=evening(6))
    assert finding(plan, Check.MISSED) == (0.6667, ("B", "C"), False)
    assert finding(plan, Check.BEI) == (1.0, ("C",), True)


def test_the_index_of_the_critical_path_is_what_is_left_and_spare_over_what_is_left():
    plan = chain(task("A", 10), replace(task("B", 10), baselines=(PlanBaseline(0, finish=evening(23)),)))
    assert finding(plan, Check.CPLI) == (0.8, (), False)


def test_the_end_has_to_move_when_a_critical_line_is_stretched():
    assert finding(chain(*FOUR), Check.CRITICAL_PATH) == (1.0, (), True)
    held = chain(task("A", 5), task("B", 5, limit=Limit.MUST_START, limit_at=datetime(2026, 11, 9, 8)))
    assert finding(held, Check.CRITICAL_PATH)[2] is False


def test_the_score_is_the_share_of_what_could_be_measured():
    quality = assess(chain(*FOUR))
    measured = [each.check for each in quality.findings if each.passed is not None]
    failed = [each.check for each in quality.findings if each.passed is False]
    assert (len(measured), failed) == (10, [Check.LOGIC])
    assert quality.score == pytest.approx(0.9)
    assert assess(chain()).score is None
