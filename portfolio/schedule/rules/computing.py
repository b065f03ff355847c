"""From a plan to computed dates: calendars laid out, leaves linked, both passes run, and parts rolled up again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from pmo.calendars.rules.clock import BeyondHorizonError, Clock
from pmo.calendars.rules.week import Week, all_hours, five_days
from portfolio.schedule.rules.lines import Lines
from portfolio.schedule.rules.moments import moment_of, second_of
from portfolio.schedule.rules.network import NEVER, CycleError, Group, Limit, Link, Network, Task
from portfolio.schedule.rules.passes import Passes
from portfolio.schedule.rules.plan import LagTime, Plan, PlanLink, PlanTask, Span

MOST_YEARS: Final = 400
"""A plan whose dates do not fit into this many years has a number in it that is none."""


@dataclass(frozen=True)
class Computed:
    """What follows for one line; float in working seconds of its calendar, None for parts."""

    start: datetime
    finish: datetime
    late_start: datetime | None
    late_finish: datetime | None
    total_float: int | None
    free_float: int | None
    critical: bool


class RingError(ValueError):
    """Lines that wait for each other, by uid, in the order of their links."""

    def __init__(self, ring: list[str]) -> None:
        super().__init__(f"{len(ring)} tasks wait for each other.")
        self.ring = ring


def compute(plan: Plan) -> dict[str, Computed]:
    """Dates and float by uid of every line; inactive ones bind nothing and are left out. RingError when links close."""
    return Computing(plan).result()


class Computing:
    """One computation of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lines = Lines([task for task in plan.tasks if task.active])
        self.tasks = {task.uid: task for task in self.lines.tasks}
        self.weeks, self.place = _calendars(plan)
        self.leaves = self.lines.leaves
        self.at = {task.uid: number for number, task in enumerate(self.leaves)}
        self.zero = _first_moment(plan)

    def result(self) -> dict[str, Computed]:
        if not self.leaves:
            return {}
        passes = self._within_years(self._passes)
        leaves = self._told(passes)
        return {task.uid: found for task in self.lines.tasks if (found := self._line(task, leaves)) is not None}

    def _within_years(self, run: Callable[[Clock, Network], Passes]) -> Passes:
        """Lay out more years until everything fits."""
        years, first, last = 4, *self._years()
        while True:
            clock = Clock(self.weeks, date(max(first - years, 1), 1, 1), date(min(last + years, 9998), 12, 31))
            try:
                return run(clock, self._network(clock))
            except BeyondHorizonError:
                if years >= MOST_YEARS:
                    raise
                years *= 4

    def _years(self) -> tuple[int, int]:
        moments = [self.zero, *(moment for task in self.leaves for moment in _moments(task))]
        return min(moments).year, max(moments).year

    def _passes(self, clock: Clock, network: Network) -> Passes:
        passes = Passes(network, clock)
        passes.forward()
        passes.backward()
        passes.place_late()
        return passes

    # --- in ---------------------------------------------------------------------------------------------------------
    def _network(self, clock: Clock) -> Network:
        status = second_of(self.plan.status_at) if self.plan.status_at and self._has_progress() else NEVER
        tasks = [self._task(clock, task) for task in self.leaves]
        ties = self.lines.leaf_links(self.plan.links)
        links = [self._link(*tie) for tie in ties if tie[1] in self.at and tie[2] in self.at]
        try:
            return Network.of(tasks, links, [Group(second_of(self.zero), status)])
        except CycleError as error:
            raise RingError([self.leaves[number].uid for number in error.ring]) from None

    def _has_progress(self) -> bool:
        return any(task.started or task.finished for task in self.leaves)

    def _task(self, clock: Clock, task: PlanTask) -> Task:
        calendar = self._calendar(task)
        limit, limit_at = self._limit(task)
        return Task(
            work=self._work(clock, task, calendar),
            calendar=calendar,
            limit=limit,
            limit_at=second_of(limit_at) if limit_at else NEVER,
            deadline=second_of(task.deadline) if task.deadline else NEVER,
            started=second_of(task.started) if task.started else NEVER,
            finished=second_of(task.finished) if task.finished else NEVER,
            remaining=self._remaining(clock, task, calendar),
        )

    def _calendar(self, task: PlanTask) -> int:
        if task.duration is not None and task.duration.elapsed:
            return self.place["elapsed"]
        return self.place.get(task.calendar, self.place["project"])

    def _work(self, clock: Clock, task: PlanTask, calendar: int) -> int:
        if task.duration is not None:
            return task.duration.seconds
        if task.start and task.finish:
            return max(int(clock.between(calendar, second_of(task.start), second_of(task.finish))), 0)
        return 0

    def _remaining(self, clock: Clock, task: PlanTask, calendar: int) -> int:
        if task.remaining is not None:
            return task.remaining.seconds
        done = (task.percent or Decimal(0)) / 100
        return round(self._work(clock, task, calendar) * (1 - min(done, Decimal(1))))

    def _limit(self, task: PlanTask) -> tuple[Limit, datetime | None]:
        """The line's own limit, the date of one that is kept by hand, or the earliest start of a part around it."""
        if task.manual and task.start:
            return Limit.BY_HAND, task.start
        if task.limit is not Limit.AS_SOON:
            return task.limit if task.limit is Limit.AS_LATE or task.limit_at else Limit.AS_SOON, task.limit_at
        above = (self.tasks[uid] for uid in self.lines.ancestors(task.uid))
        starts = [part.limit_at for part in above if part.limit is Limit.START_NO_EARLIER and part.limit_at]
        return (Limit.START_NO_EARLIER, max(starts)) if starts else (Limit.AS_SOON, None)

    def _link(self, link: PlanLink, source: str, target: str) -> Link:
        before, after = self.leaves[self.at[source]], self.leaves[self.at[target]]
        lag = self._lag(link, before)
        owner = {LagTime.PREDECESSOR: before, LagTime.SUCCESSOR: after}.get(link.lag_time)
        calendar = self.place["project"] if owner is None else self._calendar(owner)
        return Link(
            self.at[source], self.at[target], link.kind, lag.seconds, self.place["elapsed"] if lag.elapsed else calendar
        )

    def _lag(self, link: PlanLink, before: PlanTask) -> Span:
        if link.percent is None:
            return link.lag
        whole = before.duration or Span(0)
        return Span(round(whole.seconds * link.percent / 100), link.lag.elapsed)

    # --- out --------------------------------------------------------------------------------------------------------
    def _told(self, passes: Passes) -> dict[str, Computed]:
        total, free = passes.total_float(), passes.free_float()
        done = passes.network.done
        return {
            task.uid: Computed(
                start=moment_of(passes.start[number]),
                finish=moment_of(passes.finish[number]),
                late_start=moment_of(passes.late_start[number]),
                late_finish=moment_of(passes.late_finish[number]),
                total_float=int(total[number]),
                free_float=int(free[number]),
                critical=bool(total[number] <= 0 and not done[number]),
            )
            for number, task in enumerate(self.leaves)
        }

    def _line(self, task: PlanTask, leaves: Mapping[str, Computed]) -> Computed | None:
        if task.uid in leaves:
            return leaves[task.uid]
        held = [leaves[uid] for uid in self.lines.leaves_of(task.uid) if uid in leaves]
        if not held:
            return None
        return Computed(
            start=min(each.start for each in held),
            finish=max(each.finish for each in held),
            late_start=None,
            late_finish=None,
            total_float=None,
            free_float=None,
            critical=any(each.critical for each in held),
        )


def _calendars(plan: Plan) -> tuple[list[Week], dict[str, int]]:
    """The weeks to lay out, and the place of each calendar by uid, of the project's own and of elapsed time."""
    told = [each for each in plan.calendars if each.week.works]
    weeks = [each.week for each in told]
    place = {each.uid: number for number, each in enumerate(told)}
    place["elapsed"], place["project"] = len(weeks), place.get(plan.calendar, len(weeks) + 1)
    return [*weeks, all_hours(), five_days()], place


def _first_moment(plan: Plan) -> datetime:
    """The start of the plan, else its first date, else what is counted from."""
    dates = [task.start for task in plan.tasks if task.start]
    return plan.start or min(dates, default=None) or plan.status_at or datetime.fromisoformat("2000-01-03T08:00")


def _moments(task: PlanTask) -> Iterable[datetime]:
    return filter(None, (task.start, task.finish, task.limit_at, task.deadline, task.started, task.finished))
