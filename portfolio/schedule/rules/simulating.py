"""Where a network ends when its works are uncertain: many passes at once, repeatable by their seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmo.calendars.rules.clock import Clock
from portfolio.schedule.rules.network import NEVER, Bools, Ints, Network
from portfolio.schedule.rules.passes import Passes

Floats = NDArray[np.float64]
MOST_AT_ONCE: Final = 400_000
"""Tasks that one pass holds in memory; more iterations are done in turns."""
GRID: Final = 2_049
_BENDS: Final = 4.0
"""The weight of the likely value in the beta distribution of PERT."""


@dataclass(frozen=True)
class Estimates:
    """Least, likely and most work of each task in working seconds; arrays of n. A certain task has one value thrice.

    ValueError unless least <= likely <= most.
    """

    least: Ints
    likely: Ints
    most: Ints

    def __post_init__(self) -> None:
        if (self.least > self.likely).any() or (self.likely > self.most).any() or (self.least < 0).any():
            raise ValueError("Estimates go from least over likely to most.")

    @property
    def uncertain(self) -> Bools:
        return np.less(self.least, self.most)


@dataclass(frozen=True)
class Forecast:
    """The finish of each iteration in seconds since 1970, and how often each task was critical (0 to 1)."""

    finishes: Ints
    criticality: Floats
    seed: int

    def percentile(self, percent: float) -> int:
        """The moment by which so many percent of the iterations end: the smallest that does."""
        return int(np.percentile(self.finishes, percent, method="inverted_cdf"))

    def probability(self, moment: int) -> float:
        """The share of iterations that end by the moment."""
        return float((self.finishes <= moment).mean())


def simulate(
    network: Network, clock: Clock, estimates: Estimates, *, iterations: int, seed: int, correlation: float
) -> Iterator[float | Forecast]:
    """Tell the share that is done after each turn, and at last the forecast.

    Works follow the beta distribution of PERT. `correlation` (0 to 1) is that between any two of them, by one common
    factor: what makes one task late makes others late too, and independence would make the end falsely sure.
    """
    if not 0 <= correlation <= 1 or iterations < 1:
        raise ValueError("Correlation lies between 0 and 1, and at least one iteration is needed.")
    drawn = _Drawing(estimates, correlation, np.random.default_rng(seed))
    turn = max(MOST_AT_ONCE // max(len(network), 1), 1)
    finishes, critical = [], np.zeros(len(network))
    for done in range(0, iterations, turn):
        times = min(turn, iterations - done)
        passes = Passes(_repeated(network, drawn.works(times)), clock)
        passes.forward()
        passes.backward()
        finishes.append(passes.finish.reshape(times, -1).max(axis=1))
        critical += (passes.total_float() <= 0).reshape(times, -1).sum(axis=0)
        yield (done + times) / iterations
    critical[network.done] = 0
    yield Forecast(np.concatenate(finishes), critical / iterations, seed)


class _Drawing:
    """Draws works, always in the same order, so that a seed says it all."""

    def __init__(self, estimates: Estimates, correlation: float, chance: np.random.Generator) -> None:
        self.estimates, self.correlation, self.chance = estimates, correlation, chance
        self.tasks = np.flatnonzero(estimates.uncertain)
        self.quantiles = [_pert(*(int(part[task]) for part in self._parts)) for task in self.tasks]

    @property
    def _parts(self) -> tuple[Ints, Ints, Ints]:
        return self.estimates.least, self.estimates.likely, self.estimates.most

    def works(self, times: int) -> Ints:
        """Works in seconds, one row for each iteration."""
        works = np.tile(self.estimates.likely, (times, 1))
        common = self.chance.standard_normal((times, 1))
        own = self.chance.standard_normal((times, len(self.tasks)))
        shares = _normal_share(np.sqrt(self.correlation) * common + np.sqrt(1 - self.correlation) * own)
        grid = np.linspace(0, 1, GRID)
        for column, (task, quantiles) in enumerate(zip(self.tasks, self.quantiles, strict=True)):
            works[:, task] = np.rint(np.interp(shares[:, column], grid, quantiles))
        return works


def _pert(least: int, likely: int, most: int) -> Floats:
    """Quantiles of PERT's beta distribution at equal steps of probability, by summing its density."""
    width = most - least
    first, second = 1 + _BENDS * (likely - least) / width, 1 + _BENDS * (most - likely) / width
    edges = np.linspace(0, 1, 4 * GRID)
    middles = (edges[:-1] + edges[1:]) / 2
    density = middles ** (first - 1) * (1 - middles) ** (second - 1)
    reached = np.concatenate([[0.0], density.cumsum()]) / density.sum()
    quantiles: Floats = least + width * np.interp(np.linspace(0, 1, GRID), reached, edges)
    return quantiles


_STEPS: Final = np.linspace(-8, 8, 8_001)
_SHARES: Final = np.array([NormalDist().cdf(step) for step in _STEPS])


def _normal_share(values: Floats) -> Floats:
    shares: Floats = np.interp(values, _STEPS, _SHARES)
    return shares


def _repeated(network: Network, works: Ints) -> Network:
    """The network once for each row of works, side by side; the rest of running tasks follows in proportion."""
    times, size = works.shape
    shift, groups = np.arange(times) * size, len(network.group_start)
    whole = np.maximum(network.work, 1)
    rest = np.rint(works * (network.remaining / whole)).astype(np.int64)

    def tiled(column: Ints) -> Ints:
        return np.tile(column, times)

    def moved(column: Ints, by: Ints) -> Ints:
        places: Ints = (column[None, :] + by[:, None]).ravel()
        return places

    return replace(
        network,
        work=works.ravel(),
        remaining=np.where(tiled(network.started) != NEVER, rest.ravel(), 0),
        **{name: tiled(getattr(network, name)) for name in (
            "calendar", "limit", "limit_at", "deadline", "started", "finished", "kind", "lag", "lag_calendar",
            "group_start", "status_at", "group_finish",
        )},
        group=moved(network.group, np.arange(times) * groups),
        source=moved(network.source, shift),
        target=moved(network.target, shift),
    )  # fmt: skip
