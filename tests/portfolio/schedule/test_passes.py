"""Dates and float of networks, from published examples and from what must hold in every network."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo.calendars.rules.clock import Clock
from pmo.calendars.rules.week import Deviation, all_hours, five_days, hours
from portfolio.schedule.rules.network import CycleError, Group, Kind, Limit, Link, Network, Task
from portfolio.schedule.rules.passes import Passes

DAY, HOUR = 86_400, 3600
START = (date(2026, 11, 2) - date(1970, 1, 1)).days * DAY
ROUND = Clock([all_hours()], date(2026, 10, 1), date(2027, 12, 31))
SIX_DAYS = five_days(hours("07:00-15:00"), [Deviation(date(2026, 11, 5), date(2026, 11, 6))])
MIXED = Clock([five_days(), SIX_DAYS, all_hours()], date(2026, 10, 1), date(2031, 12, 31))


def passed(network: Network, clock: Clock = ROUND) -> Passes:
    done = Passes(network, clock)
    done.forward()
    done.backward()
    return done


def days(moments: np.ndarray) -> list[int]:
    return [int(moment - START) // DAY for moment in moments]


def named(works: dict[str, int], ties: list[str]) -> Network:
    place = {name: at for at, name in enumerate(works)}
    links = [Link(place[tie[0]], place[tie[2]]) for tie in ties]
    return Network.of([Task(work=work * DAY) for work in works.values()], links, [Group(START)])


def test_the_example_of_a_textbook_comes_out_as_printed():
    """bizhelp24.com, critical path analysis, part 2."""
    works = {"A": 1, "B": 3, "C": 2, "D": 3, "E": 3, "F": 2, "G": 2}
    done = passed(named(works, ["A-B", "A-C", "B-D", "C-E", "D-F", "E-F", "F-G"]))
    assert days(done.start) == [0, 1, 1, 4, 3, 7, 9]
    assert days(done.late_finish) == [1, 4, 4, 7, 7, 9, 11]
    assert [value // DAY for value in done.total_float()] == [0, 0, 1, 0, 1, 0, 0]
    assert [value // DAY for value in done.free_float()] == [0, 0, 0, 0, 1, 0, 0]


def test_each_kind_of_link_with_lag_binds_the_end_that_it_names():
    ties = [
        Link(0, 1, Kind.SS, 2 * DAY), Link(0, 2, Kind.FS, DAY), Link(1, 3, Kind.FF, 3 * DAY),
        Link(2, 4, Kind.SF, 8 * DAY), Link(0, 4),
    ]  # fmt: skip
    done = passed(Network.of([Task(work=work * DAY) for work in (5, 4, 3, 2, 6)], ties, [Group(START)]))
    assert days(done.start) == [0, 2, 6, 7, 8]
    assert days(done.finish) == [5, 6, 9, 9, 14]


def test_what_is_done_stays_and_the_rest_goes_on_after_the_status_date():
    """Retained logic: the rest of a task in progress waits for what it was to wait for."""
    tasks = [
        Task(work=5 * DAY, started=START + DAY, finished=START + 4 * DAY),
        Task(work=6 * DAY, started=START + 2 * DAY, remaining=3 * DAY),
        Task(work=4 * DAY, started=START + 3 * DAY, remaining=2 * DAY),
        Task(work=DAY),
    ]
    links = [Link(0, 1), Link(1, 2), Link(0, 3)]
    done = passed(Network.of(tasks, links, [Group(START, status_at=START + 10 * DAY)]))
    assert days(done.start) == [1, 2, 3, 10]
    assert days(done.finish) == [4, 13, 15, 11]
    assert days(done.resume) == [4, 10, 13, 10]
    assert days(done.total_float() + START) == [0, 0, 0, 4]


def test_limits_bind_and_what_they_make_impossible_is_told_by_negative_float():
    tasks = [
        Task(work=4 * DAY),
        Task(work=2 * DAY, limit=Limit.FINISH_NO_LATER, limit_at=START + 5 * DAY),
        Task(work=DAY, limit=Limit.START_NO_EARLIER, limit_at=START + 8 * DAY),
        Task(work=3 * DAY, limit=Limit.MUST_START, limit_at=START + DAY),
        Task(work=DAY, deadline=START + 2 * DAY),
    ]
    done = passed(Network.of(tasks, [Link(0, 1), Link(0, 2), Link(0, 3)], [Group(START)]))
    assert days(done.start) == [0, 4, 8, 1, 0]
    assert [value // DAY for value in done.total_float()] == [-3, -1, 0, 0, 1]


def test_a_finish_that_is_imposed_takes_float_from_every_task():
    done = passed(
        Network.of([Task(work=3 * DAY), Task(work=2 * DAY)], [Link(0, 1)], [Group(START, finish=START + 4 * DAY)])
    )
    assert [value // DAY for value in done.total_float()] == [-1, -1]


def test_a_ring_is_told_task_by_task():
    with pytest.raises(CycleError) as told:
        named({"A": 1, "B": 1, "C": 1, "D": 1}, ["A-B", "B-C", "C-D", "D-B"])
    ring = told.value.ring
    assert sorted(ring) == [1, 2, 3]
    assert all((ring[at], ring[(at + 1) % 3]) in {(1, 2), (2, 3), (3, 1)} for at in range(3))


def test_a_milestone_keeps_the_evening_of_what_it_waits_for():
    monday = (date(2026, 11, 2) - date(1970, 1, 1)).days * DAY + 8 * HOUR
    done = passed(Network.of([Task(work=40 * HOUR), Task(work=0), Task(work=8 * HOUR)], [Link(0, 1), Link(1, 2)],
                             [Group(monday)]), MIXED)  # fmt: skip
    assert int(done.start[1]) - monday == 4 * DAY + 9 * HOUR
    assert int(done.start[2]) - monday == 7 * DAY


def test_a_late_part_of_a_lead_and_a_lag_in_elapsed_days():
    links = [Link(0, 1, Kind.FS, -2 * 8 * HOUR), Link(0, 2, Kind.FS, 2 * DAY, calendar=2)]
    monday = START + 8 * HOUR
    done = passed(Network.of([Task(work=40 * HOUR), Task(work=8 * HOUR), Task(work=8 * HOUR)], links,
                             [Group(monday)]), MIXED)  # fmt: skip
    assert (int(done.start[1]) - monday) / DAY == 3
    assert (int(done.start[2]) - monday) / DAY == 7


# --- what holds in every network --------------------------------------------------------------------------------------
@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Task], list[Link]]:
    size = draw(st.integers(2, 14))
    tasks = [
        Task(work=draw(st.sampled_from([0, HOUR, 8 * HOUR, 20 * HOUR])), calendar=draw(st.integers(0, 2)))
        for _each in range(size)
    ]
    pairs = draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=24))
    links = [
        Link(min(pair), max(pair), draw(st.sampled_from(list(Kind))), draw(st.integers(-12, 30)) * HOUR,
             draw(st.sampled_from([-1, 0, 2])))
        for pair in pairs if pair[0] != pair[1]
    ]  # fmt: skip
    return tasks, links


@given(networks())
@settings(max_examples=150, deadline=None)
def test_no_task_comes_before_its_links_allow_and_no_float_is_negative(drawn):
    tasks, links = drawn
    done = passed(Network.of(tasks, links, [Group(START)]), MIXED)
    for tie in links:
        point = done.start[tie.source] if tie.kind in (Kind.SS, Kind.SF) else done.finish[tie.source]
        calendar = tasks[tie.target].calendar if tie.calendar < 0 else tie.calendar
        bound = MIXED.after(calendar, point, tie.lag)
        assert (done.finish if tie.kind in (Kind.FF, Kind.SF) else done.start)[tie.target] >= bound
    assert (done.total_float() >= 0).all()
    assert (done.free_float() <= done.total_float()).all()
    assert (done.total_float() == 0).any()


@given(networks(), st.randoms())
@settings(max_examples=60, deadline=None)
def test_dates_do_not_depend_on_the_order_in_which_tasks_are_told(drawn, chance: random.Random):
    tasks, links = drawn
    order = list(range(len(tasks)))
    chance.shuffle(order)
    place = {task: at for at, task in enumerate(order)}
    ties = [Link(place[tie.source], place[tie.target], tie.kind, tie.lag, tie.calendar) for tie in links]
    chance.shuffle(ties)
    first = passed(Network.of(tasks, links, [Group(START)]), MIXED)
    second = passed(Network.of([tasks[task] for task in order], ties, [Group(START)]), MIXED)
    for name in ("start", "finish", "late_start", "late_finish"):
        assert (getattr(first, name)[order] == getattr(second, name)).all()


@given(networks(), st.integers(0, 13), st.integers(1, 200))
@settings(max_examples=100, deadline=None)
def test_a_ripple_ends_where_a_whole_pass_would(drawn, at: int, more: int):
    tasks, links = drawn
    at %= len(tasks)
    network = Network.of(tasks, links, [Group(START)])
    rippled, before = Passes(network, MIXED), Passes(network, MIXED)
    rippled.forward()
    before.forward()
    network.work[at] += more * HOUR
    moved = rippled.ripple(np.array([at]))
    whole = Passes(network, MIXED)
    whole.forward()
    assert (rippled.start == whole.start).all()
    assert (rippled.finish == whole.finish).all()
    differs = (before.start != whole.start) | (before.finish != whole.finish)
    assert set(np.flatnonzero(differs)) <= set(moved.tolist())
