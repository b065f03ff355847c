"""Ends of uncertain networks against closed formulas of the distributions that they are drawn from."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from pmo.calendars.rules.clock import Clock
from pmo.calendars.rules.week import all_hours
from portfolio.schedule.rules.network import Group, Link, Network, Task
from portfolio.schedule.rules.simulating import Estimates, Forecast, simulate

DAY = 86_400
START = (date(2026, 11, 2) - date(1970, 1, 1)).days * DAY
CLOCK = Clock([all_hours()], date(2026, 10, 1), date(2028, 12, 31))


def forecast(works: list[tuple[float, float, float]], links: list[Link], **more) -> Forecast:
    least, likely, most = (np.array([round(work[part] * DAY) for work in works]) for part in range(3))
    network = Network.of([Task(work=int(work)) for work in likely], links, [Group(START)])
    asked = {"iterations": 20_000, "seed": 7, "correlation": 0.0} | more
    *shares, found = simulate(network, CLOCK, Estimates(least, likely, most), **asked)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert isinstance(found, Forecast)
    return found


def days(found: Forecast) -> np.ndarray:
    return (found.finishes - START) / DAY


ONE = [(8.0, 10.0, 20.0)]


def test_mean_and_spread_of_one_task_are_those_of_its_beta_distribution():
    ended = days(forecast(ONE, []))
    first, second = 1 + 4 * 2 / 12, 1 + 4 * 10 / 12
    variance = first * second / ((first + second) ** 2 * (first + second + 1)) * 12**2
    assert ended.mean() == pytest.approx((8 + 4 * 10 + 20) / 6, abs=0.05)
    assert ended.std() == pytest.approx(variance**0.5, rel=0.02)
    assert (ended.min() >= 8, ended.max() <= 20) == (True, True)


def test_percentiles_are_moments_by_which_so_many_iterations_end():
    found = forecast(ONE, [])
    for percent in (10, 50, 80, 90):
        assert found.probability(found.percentile(percent)) == pytest.approx(percent / 100, abs=0.001)
    assert found.probability(START + 8 * DAY - 1) == 0
    assert found.probability(START + 20 * DAY) == 1


def test_one_common_factor_widens_the_end_of_a_chain_by_as_much_as_theory_says():
    chain = [ONE[0]] * 4, [Link(0, 1), Link(1, 2), Link(2, 3)]
    alone = days(forecast(ONE, [])).std()
    apart, together = (days(forecast(*chain, correlation=share)).std() for share in (0.0, 1.0))
    assert apart == pytest.approx(alone * 2, rel=0.03)
    assert together == pytest.approx(alone * 4, rel=0.03)


def test_a_merge_ends_later_than_each_of_its_paths_and_criticality_tells_which_counts():
    found = forecast([(8, 10, 20), (8, 10, 20), (1, 1, 1), (0, 0, 0)], [Link(0, 3), Link(1, 3), Link(2, 3)])
    assert days(found).mean() > days(forecast(ONE, [])).mean() + 0.5
    assert found.criticality[:2].sum() == pytest.approx(1, abs=0.01)
    assert found.criticality[2:].tolist() == [0, 1]


def test_the_same_seed_gives_the_same_ends_also_in_turns(monkeypatch: pytest.MonkeyPatch):
    first, again, other = (forecast(ONE, [], iterations=900, seed=seed).finishes for seed in (3, 3, 4))
    assert (first == again).all()
    assert (first != other).any()
    monkeypatch.setattr("portfolio.schedule.rules.simulating.MOST_AT_ONCE", 400)
    assert len(forecast(ONE, [], iterations=900, seed=3).finishes) == 900


def test_work_that_is_certain_ends_on_one_day():
    assert set(days(forecast([(5, 5, 5)], [], iterations=50))) == {5.0}


@pytest.mark.parametrize(("works", "more"), [([(3, 2, 4)], {}), ([(1, 2, 1.5)], {}), (ONE, {"correlation": 1.5})])
def test_estimates_out_of_order_and_impossible_correlations_are_refused(works, more):
    with pytest.raises(ValueError, match=r"Estimates go|Correlation lies"):
        forecast(works, [], **more)
