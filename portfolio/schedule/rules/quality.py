"""Fourteen checks of a schedule, after the assessment of the Defense Contract Management Agency (DCMA-EA PAM 200.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from pmo.calendars.rules.clock import Clock
from pmo.calendars.rules.week import five_days
from portfolio.schedule.rules.computing import Computed, compute
from portfolio.schedule.rules.lines import Lines
from portfolio.schedule.rules.moments import second_of
from portfolio.schedule.rules.network import Kind, Limit
from portfolio.schedule.rules.plan import Plan, PlanBaseline, PlanLink, PlanTask, Span

LONG_DAYS: Final = 44
"""Working days beyond which a float or a duration is high."""
TEST_DAYS: Final = 600
"""Working days by which a critical task is stretched to see whether the end moves with it."""
SHARE: Final = 0.05
INDEX: Final = 0.95
HARD: Final = frozenset(
    {Limit.START_NO_LATER, Limit.FINISH_NO_LATER, Limit.START_ON, Limit.FINISH_ON, Limit.MUST_START, Limit.MUST_FINISH}
)


class Check(StrEnum):
    """The fourteen, in their published order."""

    LOGIC = "logic"
    LEADS = "leads"
    LAGS = "lags"
    LINKS = "links"
    HARD_LIMITS = "hard_limits"
    HIGH_FLOAT = "high_float"
    NEGATIVE_FLOAT = "negative_float"
    LONG = "long"
    DATES = "dates"
    RESOURCES = "resources"
    MISSED = "missed"
    CRITICAL_PATH = "critical_path"
    CPLI = "cpli"
    BEI = "bei"


@dataclass(frozen=True)
class Finding:
    """One check: `measured` is a share, a count, or an index; None where the plan has nothing to measure.

    `failing` names lines by uid, or links as "uid>uid".
    """

    check: Check
    measured: float | None
    wanted: float
    at_least: bool
    failing: tuple[str, ...] = ()

    @property
    def passed(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.wanted if self.at_least else self.measured <= self.wanted


@dataclass(frozen=True)
class Quality:
    """All findings; the score is the share of those that could be measured and passed."""

    findings: tuple[Finding, ...]

    @property
    def score(self) -> float | None:
        told = [each.passed for each in self.findings if each.passed is not None]
        return sum(told) / len(told) if told else None


def assess(plan: Plan) -> Quality:
    """Check a plan at its status date; RingError when its links close."""
    return Quality(tuple(_Assessment(plan).findings()))


class _Assessment:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.computed = plan, compute(plan)
        self.at = plan.status_at or plan.start
        lines = Lines([task for task in plan.tasks if task.active])
        self.leaves = [task for task in lines.leaves if task.uid in self.computed]
        self.open = [task for task in self.leaves if task.finished is None]
        ties = lines.leaf_links(plan.links)
        self.sources, self.targets = ({tie[side] for tie in ties} for side in (1, 2))
        self.day = plan.day_seconds

    def findings(self) -> Iterator[Finding]:
        yield self._share(Check.LOGIC, (task.uid for task in self.open if self._is_loose(task)), self.open)
        leads = [_named(link) for link in self.plan.links if _lag(link) < 0]
        yield self._count(Check.LEADS, leads, bool(self.plan.links))
        yield self._share(Check.LAGS, (_named(link) for link in self.plan.links if _lag(link) > 0), self.plan.links)
        yield self._links()
        yield self._share(Check.HARD_LIMITS, (task.uid for task in self.open if task.limit in HARD), self.open)
        yield self._share(Check.HIGH_FLOAT, self._floating(LONG_DAYS * self.day), self.open)
        below = [task.uid for task in self.open if (self.computed[task.uid].total_float or 0) < 0]
        yield self._count(Check.NEGATIVE_FLOAT, below, bool(self.open))
        yield self._share(Check.LONG, (task.uid for task in self.open if self._is_long(task)), self.open)
        yield self._count(Check.DATES, [task.uid for task in self.leaves if self._is_invalid(task)], bool(self.leaves))
        yield self._resources()
        yield self._missed()
        yield self._critical_path()
        yield self._cpli()
        yield self._bei()

    # --- shapes of findings -------------------------------------------------------------------------------------
    @staticmethod
    def _share(check: Check, failing: Iterable[str], whole: Iterable[object]) -> Finding:
        named, size = tuple(failing), sum(1 for _each in whole)
        return Finding(check, len(named) / size if size else None, SHARE, False, named)

    @staticmethod
    def _count(check: Check, failing: Iterable[str], measurable: bool) -> Finding:
        named = tuple(failing)
        return Finding(check, len(named) if measurable else None, 0, False, named)

    # --- what each looks at -------------------------------------------------------------------------------------
    def _is_loose(self, task: PlanTask) -> bool:
        """Whether nothing is waited for or nothing waits; also what is done counts on the other side."""
        return task.uid not in self.sources or task.uid not in self.targets

    def _links(self) -> Finding:
        other = tuple(_named(link) for link in self.plan.links if link.kind is not Kind.FS)
        whole = len(self.plan.links)
        return Finding(Check.LINKS, 1 - len(other) / whole if whole else None, 0.9, True, other)

    def _floating(self, most: int) -> Iterator[str]:
        return (task.uid for task in self.open if (self.computed[task.uid].total_float or 0) > most)

    def _is_long(self, task: PlanTask) -> bool:
        return task.duration is not None and not task.duration.elapsed and task.duration.seconds > LONG_DAYS * self.day

    def _is_invalid(self, task: PlanTask) -> bool:
        """Planned in the past although it is not done, or done in the future."""
        if self.at is None:
            return False
        if any(moment is not None and moment > self.at for moment in (task.started, task.finished)):
            return True
        ahead = None if task.finished else (task.finish if task.started else task.start)
        return ahead is not None and ahead < self.at and not (task.start == self.plan.start == self.at)

    def _resources(self) -> Finding:
        loaded = {each.task for each in self.plan.assignments if each.resource}
        real = [task for task in self.open if task.duration and task.duration.seconds >= self.day]
        without = tuple(task.uid for task in real if task.uid not in loaded and not task.cost)
        measurable = bool(real and self.plan.assignments)
        return Finding(Check.RESOURCES, len(without) if measurable else None, 0, False, without if measurable else ())

    def _promised(self) -> list[tuple[PlanTask, datetime]]:
        """Lines whose baseline says that they are finished by now."""
        told = ((task, _baseline(task)) for task in self.leaves)
        return [
            (task, base.finish)
            for task, base in told
            if base is not None and base.finish is not None and self.at is not None and base.finish <= self.at
        ]

    def _missed(self) -> Finding:
        due = self._promised()
        late = (task.uid for task, finish in due if task.finished is None or task.finished > finish)
        return self._share(Check.MISSED, late, due)

    def _bei(self) -> Finding:
        """Baseline execution index: lines finished by now over lines that should be."""
        due = self._promised()
        done = sum(1 for task in self.leaves if task.finished is not None and self.at and task.finished <= self.at)
        late = tuple(task.uid for task, _finish in due if task.finished is None)
        return Finding(Check.BEI, done / len(due) if due else None, INDEX, True, late)

    def _cpli(self) -> Finding:
        """Critical path length index: (path that is left + float to the baseline's end) / path that is left."""
        ends = [base.finish for task in self.leaves if (base := _baseline(task)) and base.finish]
        left = self._working(self.at, self._end(self.computed))
        if not ends or not self.open or left is None or left <= 0:
            return Finding(Check.CPLI, None, INDEX, True)
        spare = self._working(self._end(self.computed), max(ends)) or 0
        return Finding(Check.CPLI, (left + spare) / left, INDEX, True)

    def _critical_path(self) -> Finding:
        """Whether the line that ends last moves by as much as the first critical one is stretched."""
        chosen = next((task for task in self.open if self._can_stretch(task)), None)
        if chosen is None or chosen.duration is None:
            return Finding(Check.CRITICAL_PATH, None, 1, True)
        more = TEST_DAYS * self.day
        longer = replace(
            chosen,
            duration=Span(chosen.duration.seconds + more),
            remaining=Span(chosen.remaining.seconds + more) if chosen.remaining else None,
        )
        tasks = tuple(longer if task.uid == chosen.uid else task for task in self.plan.tasks)
        last = max(self.leaves, key=lambda task: self.computed[task.uid].finish).uid
        then = compute(replace(self.plan, tasks=tasks))
        moved = self._working(self.computed[last].finish, then[last].finish) or 0
        passed = moved >= more * (1 - SHARE)
        return Finding(Check.CRITICAL_PATH, float(passed), 1, True, () if passed else (chosen.uid,))

    def _can_stretch(self, task: PlanTask) -> bool:
        return self.computed[task.uid].critical and task.duration is not None and not task.duration.elapsed

    @staticmethod
    def _end(computed: Mapping[str, Computed]) -> datetime | None:
        return max((each.finish for each in computed.values()), default=None)

    def _working(self, first: datetime | None, last: datetime | None) -> int | None:
        """Working seconds of the plan's own calendar; negative when the second moment is the earlier one."""
        if first is None or last is None:
            return None
        own = next((each.week for each in self.plan.calendars if each.uid == self.plan.calendar), None)
        week = own if own is not None and own.works else five_days()
        years = sorted((first.year, last.year))
        clock = Clock([week], date(years[0], 1, 1), date(years[1], 12, 31))
        return int(clock.between(0, second_of(first), second_of(last)))


def _baseline(task: PlanTask) -> PlanBaseline | None:
    return next((base for base in task.baselines if base.number == 0), None)


def _lag(link: PlanLink) -> float:
    return float(link.percent) if link.percent is not None else link.lag.seconds


def _named(link: PlanLink) -> str:
    return f"{link.predecessor}>{link.successor}"
