"""What the portfolio home concludes from published figures: periods, distributions, what moved, totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from pmo.kernel import rag
from pmo.kernel.limits import Limits
from pmo.kernel.money import Total, change_ratio, total
from pmo.kernel.periods import add_months, cadence_days, month_end
from portfolio.projects.rules.finish import slip_days

PERIODS = 12
SNAPSHOT_GAP_DAYS = 45
OPEN_CADENCE_DAYS = 366
DAYS_IN_A_WEEK = 7


class Reading(NamedTuple):
    """The figures of one published report, or of a project today; None where there is no figure.

    A tuple, because a home reads thousands of them.
    """

    project: int
    as_of: date | None
    overall: str
    finish_baseline: date | None
    finish_forecast: date | None
    whole_life_cost: Decimal | None
    budget: Decimal | None
    forecast: Decimal | None
    currency: str
    phase: str = ""

    @property
    def slip_days(self) -> int | None:
        return slip_days(self.finish_baseline, self.finish_forecast)


@dataclass(frozen=True)
class Periods:
    """The ends of the periods shown, oldest first; `snapshots` when they are the dates of the reports themselves."""

    ends: tuple[date, ...]
    snapshots: bool

    @property
    def previous(self) -> date | None:
        return self.ends[-2] if len(self.ends) > 1 else None


def choose_periods(report_dates: Iterable[date], at: date, count: int = PERIODS) -> Periods:
    """Months up to `at`; where reports come seldom, such as once a year, the dates on which they came."""
    dates = sorted({day for day in report_dates if day <= at})
    if _come_seldom(dates):
        return Periods(tuple(dates[-count:]), snapshots=True)
    ends = [month_end(add_months(at.replace(day=1), -back)) for back in range(count - 1, 0, -1)]
    return Periods((*ends, at), snapshots=False)


def _come_seldom(dates: Sequence[date]) -> bool:
    gaps = [(later - earlier).days for earlier, later in zip(dates, dates[1:], strict=False)]
    return bool(gaps) and median(gaps) > SNAPSHOT_GAP_DAYS


def standing(
    readings: Iterable[Reading], end: date, ended: Mapping[int, str], *, snapshots: bool
) -> dict[int, Reading]:
    """The latest reading of each project at the end of a period.

    A snapshot counts on its own date only. Elsewhere a report stands until the next one; that of a project which has
    `ended` (given with its cadence) for twice its cadence, because then the project was no longer there.
    """
    found: dict[int, Reading] = {}
    for reading in readings:
        if reading.as_of is None or reading.as_of > end:
            continue
        if _still_stands(reading.as_of, end, ended.get(reading.project), snapshots):
            current = found.get(reading.project)
            if current is None or current.as_of is None or reading.as_of >= current.as_of:
                found[reading.project] = reading
    return found


def _still_stands(as_of: date, end: date, ended: str | None, snapshots: bool) -> bool:
    if snapshots:
        return as_of == end
    return ended is None or end - as_of <= life_of(ended)


def life_of(cadence: str) -> timedelta:
    """How long a report stands for the health of its project: twice its cadence, eight weeks at least."""
    return timedelta(days=2 * max(cadence_days(cadence) or OPEN_CADENCE_DAYS, 4 * DAYS_IN_A_WEEK))


def distribution(readings: Iterable[Reading]) -> dict[str, int]:
    """How many projects stand in each band."""
    return dict(Counter(rag.band(reading.overall) for reading in readings))


def worsened(before: Mapping[int, Reading], now: Mapping[int, Reading]) -> list[int]:
    """Projects that are off track now and were not before, in the order of `now`."""
    return [
        project
        for project, reading in now.items()
        if rag.band(reading.overall) == "off_track"
        and project in before
        and rag.band(before[project].overall) not in ("off_track", "none")
    ]


def finish_moves(before: Mapping[int, Reading], now: Mapping[int, Reading]) -> list[tuple[int, int]]:
    """Projects whose forecast finish moved later since, with the days, worst first."""
    found = []
    for project, reading in now.items():
        old = before.get(project)
        if old is None or old.finish_forecast is None or reading.finish_forecast is None:
            continue
        days = (reading.finish_forecast - old.finish_forecast).days
        if days > 0:
            found.append((project, days))
    return sorted(found, key=lambda each: -each[1])


def slipped(readings: Iterable[Reading], at_least: int = 1) -> list[Reading]:
    """Readings whose finish is later than their baseline, longest slip first."""
    late = [each for each in readings if (each.slip_days or 0) >= at_least]
    return sorted(late, key=lambda each: -(each.slip_days or 0))


def on_baseline(readings: Iterable[Reading]) -> tuple[int, int]:
    """How many finish on or before their baseline, of how many that have both dates."""
    known = [each.slip_days for each in readings if each.slip_days is not None]
    return sum(days <= 0 for days in known), len(known)


def amount(readings: Iterable[Reading], name: str, currency: str) -> Total:
    """The sum of one figure in one currency; an amount in another counts as missing."""
    return total((getattr(each, name) if each.currency == currency else None for each in readings), currency)


def like_for_like(
    before: Mapping[int, Reading], now: Mapping[int, Reading], name: str, currency: str
) -> Decimal | None:
    """The change of a sum over the projects that have the figure at both times; None without such projects."""
    pairs = [
        (getattr(before[project], name), getattr(reading, name))
        for project, reading in now.items()
        if project in before and reading.currency == before[project].currency == currency
    ]
    known = [(old, new) for old, new in pairs if old is not None and new is not None]
    return sum((new - old for old, new in known), Decimal(0)) if known else None


@dataclass(frozen=True)
class Group:
    """Budget and forecast of the projects of one unit or programme that have both."""

    name: str
    budget: Decimal
    forecast: Decimal
    counted: int
    of: int

    @property
    def over(self) -> Decimal | None:
        return change_ratio(self.budget, self.forecast)


def grouped(readings: Iterable[Reading], name_of: Mapping[int, str], currency: str) -> list[Group]:
    """Money by group, largest forecast first."""
    parts: dict[str, list[Reading]] = {}
    for reading in readings:
        parts.setdefault(name_of.get(reading.project, ""), []).append(reading)
    groups = [_group(name, each, currency) for name, each in parts.items()]
    return sorted(groups, key=lambda group: -group.forecast)


def _group(name: str, readings: Sequence[Reading], currency: str) -> Group:
    known = [
        (each.budget, each.forecast)
        for each in readings
        if each.currency == currency and each.budget is not None and each.forecast is not None
    ]
    budgets = sum((budget for budget, _forecast in known), Decimal(0))
    forecasts = sum((forecast for _budget, forecast in known), Decimal(0))
    return Group(name, budgets, forecasts, len(known), len(readings))


@dataclass(frozen=True)
class Rosier:
    """A dimension that is declared better than its figures compute."""

    project: int
    dimension: str
    declared: str
    computed: str


def rosier(project: int, declared: Mapping[str, str], computed: Mapping[str, str]) -> list[Rosier]:
    """The dimensions of a project that are declared better than computed, worst difference first."""
    found = [
        Rosier(project, name, declared[name], value)
        for name, value in computed.items()
        if declared.get(name) and rag.SEVERITY.get(value, 0) > rag.SEVERITY.get(declared[name], 0) > 0
    ]
    return sorted(found, key=lambda each: -rag.SEVERITY[each.computed])


@dataclass(frozen=True)
class Position:
    """A project by how late and how far over its budget it is; the slip in days, the overrun in percent."""

    project: int
    band: str
    slip: int
    overrun: Decimal
    cost: Decimal

    def is_both(self, limits: Limits) -> bool:
        """Whether slip and overrun are at risk or worse."""
        return self.slip >= limits.slip_amber_days and self.overrun >= limits.cost_amber_percent


def positions(readings: Iterable[Reading], currency: str) -> list[Position]:
    """Where each project stands that has both figures, farthest first; the cost is zero where none is known."""
    found = []
    for each in readings:
        over = change_ratio(each.budget, each.forecast)
        if each.slip_days is None or over is None or each.currency != currency:
            continue
        cost = each.whole_life_cost or Decimal(0)
        found.append(Position(each.project, rag.band(each.overall), each.slip_days, over * 100, cost))
    return sorted(found, key=lambda each: (-each.overrun * max(each.slip, 0), -each.overrun, -each.slip))


@dataclass(frozen=True)
class PeriodEnd:
    """What stood at the end of a period: projects by band; budget and forecast of the `counted` ones that have both."""

    end: date
    bands: Mapping[str, int]
    budget: Decimal = Decimal(0)
    forecast: Decimal = Decimal(0)
    counted: int = 0


def money_series(series: Iterable[PeriodEnd]) -> list[tuple[date, Decimal, Decimal, int]]:
    """Budget and forecast of the year at each period's end, with how many projects had both; empty ends left out."""
    return [(each.end, each.budget, each.forecast, each.counted) for each in series if each.counted]
