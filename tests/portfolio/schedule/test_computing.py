"""From a plan to dates: parts, limits, lags and calendars as a planner writes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from pmo.calendars.rules.week import Deviation, Week, all_hours, five_days
from portfolio.schedule.rules.computing import RingError, compute
from portfolio.schedule.rules.network import Kind, Limit
from portfolio.schedule.rules.plan import LagTime, Plan, PlanCalendar, PlanLink, PlanTask, Span

HOUR, DAY = 3600, 8 * 3600
MONDAY = datetime(2026, 11, 2, 8)
CALENDARS = (
    PlanCalendar("1", "Office", five_days(exceptions=[Deviation(date(2026, 11, 11), date(2026, 11, 11))])),
    PlanCalendar("2", "Round the clock", all_hours()),
    PlanCalendar("3", "Nobody works", Week(((), (), (), (), (), (), ()))),
)


def task(uid: str, days: float = 1, level: int = 1, **more) -> PlanTask:
    return PlanTask(uid, uid, level, duration=Span(round(days * DAY)), **more)


def part(uid: str, level: int = 1, **more) -> PlanTask:
    return PlanTask(uid, uid, level, summary=True, **more)


def plan(*tasks: PlanTask, links: tuple[PlanLink, ...] = (), **more) -> Plan:
    told = {"title": "", "start": MONDAY, "finish": None, "status_at": None, "currency": "", "day_seconds": DAY}
    return Plan(**told | {"calendar": "1", "calendars": CALENDARS} | more, tasks=tasks, links=links)


def link(text: str, kind: Kind = Kind.FS, **more) -> PlanLink:
    return PlanLink(text[0], text[-1], kind, **more)


def spans(told: Plan) -> dict[str, str]:
    return {uid: f"{each.start:%d %H}-{each.finish:%d %H}" for uid, each in compute(told).items()}


def test_parts_span_their_lines_and_holidays_are_left_out():
    told = plan(part("P"), task("A", 5, 2), task("B", 3, 2), task("M", 0), links=(link("A-B"), link("B-M")))
    assert spans(told) == {"P": "02 08-12 17", "A": "02 08-06 17", "B": "09 08-12 17", "M": "12 17-12 17"}


def test_a_link_of_a_part_ties_all_its_lines_or_those_at_its_end():
    tasks = (part("P"), task("A", 2, 2), task("B", 3, 2), part("Q"), task("C", 1, 2), task("D", 4, 2))
    assert spans(plan(*tasks, links=(link("P-Q"),)))["Q"] == "05 08-10 17"
    after_start = plan(*tasks, links=(link("A-B"), link("P-C", Kind.SS, lag=Span(DAY))))
    assert spans(after_start)["C"] == "03 08-03 17"
    to_finish = plan(*tasks, links=(link("C-D"), link("B-Q", Kind.FF, lag=Span(9 * DAY))))
    assert spans(to_finish)["D"] == "13 08-18 17"


def test_an_earliest_start_of_a_part_holds_for_its_lines():
    tasks = (part("P", limit=Limit.START_NO_EARLIER, limit_at=datetime(2026, 11, 9, 8)), task("A", 1, 2), task("B"))
    assert spans(plan(*tasks)) == {"P": "09 08-09 17", "A": "09 08-09 17", "B": "02 08-02 17"}


def test_lags_pass_in_working_time_of_who_is_named_in_elapsed_time_or_as_a_share():
    tasks = (task("A", 2, calendar="2"), task("B", 1))
    for lag, begins in (
        ({"lag": Span(10 * HOUR)}, "04 10"),
        ({"lag": Span(10 * HOUR), "lag_time": LagTime.PREDECESSOR}, "03 10"),
        ({"lag": Span(72 * HOUR, elapsed=True)}, "06 08"),
        ({"percent": Decimal(50)}, "04 08"),
        ({"lag": Span(-8 * HOUR), "lag_time": LagTime.PREDECESSOR}, "02 16"),
    ):
        assert spans(plan(*tasks, links=(link("A-B", **lag),)))["B"].startswith(begins), lag


def test_a_task_placed_by_hand_stays_and_one_as_late_as_possible_uses_its_free_float():
    tasks = (task("A", 5), task("B", 2), task("C", 1, limit=Limit.AS_LATE), task("D", 1, manual=True, start=MONDAY))
    told = plan(*tasks, links=(link("A-B"), link("C-B"), link("A-D")))
    assert spans(told) == {"A": "02 08-06 17", "B": "09 08-10 17", "C": "06 08-06 17", "D": "02 08-02 17"}
    assert compute(told)["D"].total_float == 6 * DAY


def test_work_in_progress_goes_on_after_the_status_date():
    begun = task("A", 4, started=MONDAY, percent=Decimal(50))
    told = plan(begun, task("B", 1), links=(link("A-B"),), status_at=datetime(2026, 11, 5, 8))
    assert spans(told) == {"A": "02 08-06 17", "B": "09 08-09 17"}
    assert spans(replace(told, tasks=(replace(begun, started=None), told.tasks[1])))["A"] == "02 08-05 17"


def test_lines_that_wait_for_each_other_are_named():
    with pytest.raises(RingError) as told:
        compute(plan(task("A"), task("B"), task("C"), links=(link("A-B"), link("B-C"), link("C-B"))))
    assert sorted(told.value.ring) == ["B", "C"]


def test_inactive_lines_bind_nothing_and_a_calendar_without_hours_is_not_used():
    told = plan(task("A", 3, active=False), task("B", 1, calendar="3"), links=(link("A-B"),))
    assert spans(told) == {"B": "02 08-02 17"}


def test_a_plan_of_many_years_is_laid_out_as_far_as_it_goes():
    assert compute(plan(task("A", 261 * 40)))["A"].finish.year == 2066


def test_a_plan_without_lines_has_no_dates():
    assert compute(plan(part("P"))) == {}
