"""What the home concludes: periods, standings, distributions, moves, sums; all figures by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

from pmo.kernel import rag
from pmo.kernel.limits import Limits
from reporting.dashboard import rules
from reporting.dashboard.rules import Reading


def reading(project: int, as_of: date, overall: str = rag.GREEN, **changes: object) -> Reading:
    values: dict[str, object] = {
        "finish_baseline": date(2027, 6, 30),
        "finish_forecast": date(2027, 6, 30),
        "whole_life_cost": D(500),
        "budget": D(100),
        "forecast": D(100),
        "currency": "EUR",
    }
    return Reading(project=project, as_of=as_of, overall=overall, **{**values, **changes})  # type: ignore[arg-type]


def test_monthly_reports_give_twelve_months_that_end_at_the_business_date():
    days = [date(2026, month, day) for month in range(1, 11) for day in (7, 21)]
    periods = rules.choose_periods(days, date(2026, 11, 24))
    assert not periods.snapshots
    assert len(periods.ends) == 12
    assert periods.ends[0] == date(2025, 12, 31)
    assert periods.previous == date(2026, 10, 31)
    assert periods.ends[-1] == date(2026, 11, 24)


def test_yearly_reports_give_their_own_dates():
    days = [date(2019, 9, 30), date(2020, 9, 30), date(2021, 3, 31), date(2022, 3, 31)]
    periods = rules.choose_periods(days, date(2021, 12, 1))
    assert periods.snapshots
    assert periods.ends == (date(2019, 9, 30), date(2020, 9, 30), date(2021, 3, 31))


def test_without_reports_there_are_months_and_nothing_in_them():
    periods = rules.choose_periods([], date(2026, 3, 31))
    assert len(periods.ends) == 12
    assert rules.standing([], periods.ends[-1], {}, snapshots=False) == {}


def test_a_report_stands_until_the_next_unless_its_project_has_ended():
    old = [reading(1, date(2026, 1, 31)), reading(2, date(2026, 1, 31))]
    found = rules.standing(old, date(2026, 6, 30), {2: "monthly"}, snapshots=False)
    assert set(found) == {1}
    assert set(rules.standing(old, date(2026, 3, 31), {2: "monthly"}, snapshots=False)) == {1, 2}


def test_a_snapshot_counts_on_its_own_date_only():
    rows = [reading(1, date(2020, 3, 31)), reading(2, date(2020, 3, 31)), reading(1, date(2021, 3, 31), rag.RED)]
    assert set(rules.standing(rows, date(2021, 3, 31), {}, snapshots=True)) == {1}
    assert rules.standing(rows, date(2021, 3, 31), {}, snapshots=True)[1].overall == rag.RED


def test_five_point_ratings_fall_into_bands_and_blanks_are_nowhere_else():
    values = (rag.GREEN, rag.AMBER_GREEN, rag.AMBER, rag.AMBER_RED, rag.RED, rag.EXEMPT, rag.NOT_REPORTED)
    rows = [reading(place, date(2020, 3, 31), value) for place, value in enumerate(values)]
    assert rules.distribution(rows) == {"on_track": 2, "at_risk": 1, "off_track": 2, "none": 2}


def test_worsened_are_those_off_track_now_that_were_known_and_better_before():
    day = date(2026, 1, 31)
    before = {1: reading(1, day), 2: reading(2, day, rag.RED), 3: reading(3, day, rag.EXEMPT)}
    now = {n: reading(n, day, rag.RED) for n in (1, 2, 3, 4)}
    assert rules.worsened(before, now) == [1]


def test_a_finish_that_moved_later_is_told_with_its_days_worst_first():
    day = date(2026, 1, 31)
    before = {n: reading(n, day) for n in (1, 2, 3)}
    now = {
        1: reading(1, day, finish_forecast=date(2027, 7, 7)),
        2: reading(2, day, finish_forecast=date(2027, 7, 30)),
        3: reading(3, day, finish_forecast=date(2027, 6, 1)),
    }
    assert rules.finish_moves(before, now) == [(2, 30), (1, 7)]


def test_a_sum_counts_what_is_known_in_its_currency():
    day = date(2026, 1, 31)
    rows = [reading(1, day), reading(2, day, forecast=None), reading(3, day, currency="GBP")]
    found = rules.amount(rows, "forecast", "EUR")
    assert (found.amount, found.counted, found.of) == (D(100), 1, 3)


def test_a_change_compares_the_projects_that_have_the_figure_at_both_times():
    day = date(2026, 1, 31)
    before = {1: reading(1, day), 2: reading(2, day, forecast=None)}
    now = {1: reading(1, day, forecast=D(130)), 2: reading(2, day), 3: reading(3, day)}
    assert rules.like_for_like(before, now, "forecast", "EUR") == D(30)
    assert rules.like_for_like({}, now, "forecast", "EUR") is None


def test_money_by_group_takes_projects_with_both_figures_and_says_how_many():
    day = date(2026, 1, 31)
    rows = [reading(1, day), reading(2, day, forecast=D(150)), reading(3, day, budget=None)]
    group, other = rules.grouped(rows, {1: "Works", 2: "Works", 3: "Roads"}, "EUR")
    assert (group.name, group.budget, group.forecast, group.over, group.counted, group.of) == (
        "Works", D(200), D(250), D("0.25"), 2, 2,
    )  # fmt: skip
    assert (other.counted, other.of) == (0, 1)


def test_only_a_declaration_better_than_the_figures_is_named():
    found = rules.rosier(7, {"schedule": "green", "cost": "red", "scope": ""}, {"schedule": "amber", "cost": "amber"})
    assert found == [rules.Rosier(7, "schedule", "green", "amber")]


def test_on_baseline_counts_those_with_both_dates():
    day = date(2026, 1, 31)
    rows = [
        reading(1, day),
        reading(2, day, finish_forecast=date(2027, 9, 1)),
        reading(3, day, finish_baseline=None),
    ]
    assert rules.on_baseline(rows) == (1, 2)
    assert [each.project for each in rules.slipped(rows)] == [2]


def test_positions_count_projects_with_both_figures_in_the_currency_of_the_house_farthest_first():
    late = reading(1, date(2026, 10, 31), rag.RED, finish_forecast=date(2027, 9, 8), forecast=D(115))
    dear = reading(2, date(2026, 10, 31), rag.AMBER, forecast=D(120))
    early = reading(3, date(2026, 10, 31), finish_forecast=date(2027, 6, 20), whole_life_cost=None)
    foreign = reading(4, date(2026, 10, 31), currency="USD")
    unknown = reading(5, date(2026, 10, 31), budget=None)
    found = rules.positions([early, dear, foreign, late, unknown], "EUR")
    assert [(each.project, each.slip, each.overrun, each.cost) for each in found] == [
        (1, 70, D(15), D(500)), (2, 0, D(20), D(500)), (3, -10, D(0), D(0)),
    ]  # fmt: skip
    assert [each.is_both(Limits()) for each in found] == [True, False, False]


def test_periods_without_money_are_left_out_of_its_course():
    series = [
        rules.PeriodEnd(date(2026, 9, 30), {"on_track": 1}),
        rules.PeriodEnd(date(2026, 10, 31), {"on_track": 2}, D(100), D(104), 1),
        rules.PeriodEnd(date(2026, 11, 24), {"on_track": 1}, D(100), D(109), 1),
    ]
    assert rules.money_series(series) == [
        (date(2026, 10, 31), D(100), D(104), 1),
        (date(2026, 11, 24), D(100), D(109), 1),
    ]
