"""Forward and backward pass over a network, in the working time of each task's calendar.

The precedence diagramming method of the PMBOK Guide: four kinds of links with lag, retained logic for work in progress.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pmo.calendars.rules.clock import Clock
from portfolio.schedule.rules.network import NEVER, Bools, Ints, Kind, Limit, Network, Rows

LAST = np.iinfo(np.int64).max
_EARLIEST_START = (Limit.START_NO_EARLIER, Limit.START_ON)
_EARLIEST_FINISH = (Limit.FINISH_NO_EARLIER, Limit.FINISH_ON)
_PLACED = (Limit.MUST_START, Limit.BY_HAND)
_LATEST_START = (Limit.START_NO_LATER, Limit.START_ON, Limit.MUST_START)
_LATEST_FINISH = (Limit.FINISH_NO_LATER, Limit.FINISH_ON, Limit.MUST_FINISH)


@dataclass
class Passes:
    """Early and late moments of each task, and its work in working seconds of its own calendar.

    `start`, `finish` are early ones, with actual dates where there are any; `resume` is when the rest of a task in
    progress goes on. Call `forward`, then `backward`.
    """

    network: Network
    clock: Clock

    def __post_init__(self) -> None:
        size = len(self.network)
        self.start, self.finish, self.resume = (np.full(size, NEVER) for _each in range(3))
        self.late_start, self.late_finish = (np.full(size, NEVER) for _each in range(2))
        # What links back to others count from: in a gap of its calendar a late moment has a latest form.
        self._start_by, self._finish_by = (np.full(size, NEVER) for _each in range(2))
        self.by_level = np.argsort(self.network.level, kind="stable")
        self.bounds = np.searchsorted(
            self.network.level[self.by_level], np.arange(self.network.level.max(initial=0) + 2)
        )

    @property
    def levels(self) -> list[Ints]:
        """The tasks of each level, those that wait for nothing first."""
        return [self.by_level[low:high] for low, high in zip(self.bounds[:-1], self.bounds[1:], strict=True)]

    # --- forward --------------------------------------------------------------------------------------------------
    def forward(self) -> None:
        """Set early moments of all tasks."""
        for tasks in self.levels:
            self._settle(tasks)

    def ripple(self, changed: Ints) -> Ints:
        """Early moments again after some tasks changed; which tasks moved, in the order of cause."""
        network, moved = self.network, []
        dirty: dict[int, list[Ints]] = {}
        _file(dirty, network.level, changed)
        while dirty:
            tasks = np.unique(np.concatenate(dirty.pop(min(dirty))))
            before = self.start[tasks], self.finish[tasks], self.resume[tasks]
            self._settle(tasks)
            after = self.start[tasks], self.finish[tasks], self.resume[tasks]
            differs = np.logical_or.reduce([old != new for old, new in zip(before, after, strict=True)])
            moved.append(tasks[differs])
            _file(dirty, network.level, network.target[network.outgoing.of(tasks[differs])])
        return np.concatenate(moved) if moved else np.empty(0, np.int64)

    def _settle(self, tasks: Ints) -> None:
        network, clock = self.network, self.clock
        calendar, running, work, limit, at = self._facts(tasks)
        starts, finishes = self._early_bounds(tasks)
        group = network.group[tasks]
        starts = np.maximum(starts, np.where(np.isin(limit, _EARLIEST_START), at, NEVER))
        finishes = np.maximum(finishes, np.where(np.isin(limit, _EARLIEST_FINISH), at, NEVER))
        starts = np.maximum(starts, np.maximum(network.group_start[group], network.status_at[group]))
        begin, end = _place_early(clock, calendar, work, starts, finishes)
        begin, end = _must(clock, calendar, work, (begin, end), limit, at)
        done, started, finished = network.done[tasks], network.started[tasks], network.finished[tasks]
        self.resume[tasks] = np.where(done, finished, begin)
        self.start[tasks] = np.where(done | running, started, begin)
        self.finish[tasks] = np.where(done, finished, end)

    def _facts(self, tasks: Ints) -> tuple[Ints, Bools, Ints, Ints, Ints]:
        """Calendar, whether in progress, work that is left, and the limit: none binds a task that has started."""
        network = self.network
        running = network.running[tasks]
        work = np.where(running, network.remaining[tasks], network.work[tasks])
        limit = np.where(running, Limit.AS_SOON, network.limit[tasks])
        return network.calendar[tasks], running, work, limit, network.limit_at[tasks]

    def _early_bounds(self, tasks: Ints) -> tuple[Ints, Ints]:
        """The earliest start and finish of each task that its links allow."""
        network = self.network
        ties = network.incoming.of(tasks)
        source, kind = network.source[ties], network.kind[ties]
        point = np.where(_from_start(kind), self.start[source], self.finish[source])
        point = self.clock.after(network.lag_calendar[ties], point, network.lag[ties])
        to_finish = _to_finish(kind)
        return (
            _reduced(np.maximum, network.incoming, tasks, np.where(to_finish, NEVER, point), NEVER),
            _reduced(np.maximum, network.incoming, tasks, np.where(to_finish, point, NEVER), NEVER),
        )

    # --- backward -------------------------------------------------------------------------------------------------
    def backward(self) -> None:
        """Set late moments of all tasks, counted from the end of each group or from the finish imposed on it."""
        self.ends = self._ends()
        for tasks in reversed(self.levels):
            self._settle_late(tasks)

    def _ends(self) -> Ints:
        network = self.network
        ends = network.group_start.copy()
        np.maximum.at(ends, network.group, self.finish)
        return np.where(network.group_finish != NEVER, network.group_finish, ends)

    def _settle_late(self, tasks: Ints) -> None:
        network, clock = self.network, self.clock
        calendar, running, work, limit, at = self._facts(tasks)
        starts, finishes = self._late_bounds(tasks)
        starts = np.where(running, LAST, np.minimum(starts, np.where(np.isin(limit, _LATEST_START), at, LAST)))
        finishes = np.minimum(finishes, np.where(np.isin(limit, _LATEST_FINISH), at, LAST))
        deadline = network.deadline[tasks]
        finishes = np.minimum(finishes, np.where(deadline != NEVER, deadline, LAST))
        finishes = np.minimum(finishes, self.ends[network.group[tasks]])
        begin, end, done_by = _place_late(clock, calendar, work, starts, finishes)
        done, started = network.done[tasks], network.started[tasks]
        self._start_by[tasks] = np.minimum(begin, starts)
        self._finish_by[tasks] = np.minimum(done_by, finishes)
        self.late_start[tasks] = np.where(done | running, started, begin)
        self.late_finish[tasks] = np.where(done, self.finish[tasks], end)

    def _late_bounds(self, tasks: Ints) -> tuple[Ints, Ints]:
        return self._bounds_of(tasks, self._start_by, self._finish_by)

    def _bounds_of(self, tasks: Ints, resume: Ints, finish: Ints) -> tuple[Ints, Ints]:
        """The latest start and finish of each task that keep its followers where they are told to be."""
        ties = self.network.outgoing.of(tasks)
        point = self._backed(ties, resume, finish)
        from_start = _from_start(self.network.kind[ties])
        rows = self.network.outgoing
        return (
            _reduced(np.minimum, rows, tasks, np.where(from_start, point, LAST), LAST),
            _reduced(np.minimum, rows, tasks, np.where(from_start, LAST, point), LAST),
        )

    def _backed(self, ties: Ints, resume: Ints, finish: Ints) -> Ints:
        """The latest moment of each link's source that keeps its target where it is; LAST for a target that is done."""
        network = self.network
        target = network.target[ties]
        open_ = ~network.done[target]
        point = np.full(len(ties), LAST)
        aim = np.where(_to_finish(network.kind[ties]), finish[target], resume[target])
        ties, aim = ties[open_], aim[open_]
        point[open_] = self.clock.before(network.lag_calendar[ties], aim, network.lag[ties])
        return point

    def place_late(self) -> None:
        """Move tasks that come as late as possible into their free float, the last first; call after `backward`."""
        network = self.network
        late = (network.limit == Limit.AS_LATE) & (network.started == NEVER)
        for tasks in reversed(self.levels):
            tasks = tasks[late[tasks]]
            if not len(tasks):
                continue
            starts, finishes = self._bounds_of(tasks, self.resume, self.finish)
            finishes = np.minimum(finishes, np.maximum(self.ends[network.group[tasks]], self.finish[tasks]))
            place = _place_late(self.clock, network.calendar[tasks], network.work[tasks], starts, finishes)
            moves = place[0] > self.start[tasks]
            for moments, told in ((self.start, place[0]), (self.resume, place[0]), (self.finish, place[1])):
                moments[tasks[moves]] = told[moves]

    # --- float ------------------------------------------------------------------------------------------------------
    def total_float(self) -> Ints:
        """Working seconds of its own calendar by which a task may slip without moving the end; 0 for what is done."""
        return np.where(self.network.done, 0, self.clock.between(self.network.calendar, self.finish, self.late_finish))

    def free_float(self) -> Ints:
        """Working seconds by which a task may slip without moving any other; never below 0."""
        network, every = self.network, np.arange(len(self.network))
        ties = network.outgoing.of(every)
        point = self._backed(ties, self.resume, self.finish)
        source, calendar = network.source[ties], network.calendar[network.source[ties]]
        own = np.where(_from_start(network.kind[ties]), self.start[source], self.finish[source])
        slack = np.full(len(ties), LAST)
        bound = (point != LAST) & ~(_from_start(network.kind[ties]) & network.running[source])
        slack[bound] = self.clock.between(calendar[bound], own[bound], point[bound])
        ends = self.clock.between(network.calendar, self.finish, np.maximum(self.ends[network.group], self.finish))
        free = np.minimum(_reduced(np.minimum, network.outgoing, every, slack, LAST), ends)
        return np.where(network.done, 0, np.maximum(free, 0))


def _place_early(clock: Clock, calendar: Ints, work: Ints, starts: Ints, finishes: Ints) -> tuple[Ints, Ints]:
    """The first place of so much work that starts and finishes no earlier than told."""
    begun, bound = clock.work_before(calendar, starts), finishes != NEVER
    begun[bound] = np.maximum(begun, clock.work_before(calendar, np.where(bound, finishes, starts)) - work)[bound]
    begin, end = clock.start_at(calendar, begun), clock.finish_at(calendar, begun + work)
    # In a gap of the own calendar the end of one span and the start of the next are one amount of work.
    gap = bound & (end < finishes)
    end[gap] = clock.start_at(calendar[gap], (begun + work)[gap])
    _put_points(clock, calendar, work == 0, np.maximum(starts, finishes), clock.opening, (begin, end))
    return begin, end


def _place_late(clock: Clock, calendar: Ints, work: Ints, starts: Ints, finishes: Ints) -> tuple[Ints, Ints, Ints]:
    """The last place of so much work that starts and finishes no later than told, and the latest form of its finish."""
    done, bound = clock.work_before(calendar, finishes), starts != LAST
    done[bound] = np.minimum(done, clock.work_before(calendar, np.where(bound, starts, finishes)) + work)[bound]
    begin, end, done_by = clock.start_at(calendar, done - work), clock.finish_at(calendar, done), finishes.copy()
    done_by[bound] = clock.start_at(calendar[bound], done[bound])
    last, zero = np.minimum(starts, finishes), work == 0
    done_by[zero] = last[zero]
    _put_points(clock, calendar, zero, last, clock.closing, (begin, end))
    return begin, end, done_by


def _put_points(
    clock: Clock,
    calendar: Ints,
    zero: Bools,
    moment: Ints,
    otherwise: Callable[[Any, Any], Ints],
    into: tuple[Ints, ...],
) -> None:
    """Milestones stay where work can start or end; from a gap they go to the side that is asked for."""
    if not zero.any():
        return
    calendar, moment = calendar[zero], moment[zero]
    stays = (clock.opening(calendar, moment) == moment) | (clock.closing(calendar, moment) == moment)
    point = np.where(stays, moment, otherwise(calendar, moment))
    for moments in into:
        moments[zero] = point


def _must(
    clock: Clock, calendar: Ints, work: Ints, place: tuple[Ints, Ints], limit: Ints, at: Ints
) -> tuple[Ints, Ints]:
    """Tasks that must start or finish on a date are there, whatever waits for them or they for."""
    begin, end = place
    starts, ends = np.isin(limit, _PLACED), limit == Limit.MUST_FINISH
    if not (starts.any() or ends.any()):
        return place
    begin[starts] = clock.opening(calendar[starts], at[starts])
    end[starts] = clock.after(calendar[starts], begin[starts], work[starts])
    end[ends] = clock.closing(calendar[ends], at[ends])
    begin[ends] = clock.before(calendar[ends], end[ends], work[ends])
    return begin, end


def _from_start(kind: Ints) -> Bools:
    return np.isin(kind, (Kind.SS, Kind.SF))


def _to_finish(kind: Ints) -> Bools:
    return np.isin(kind, (Kind.FF, Kind.SF))


def _reduced(by: np.ufunc, rows: Rows, tasks: Ints, values: Ints, nothing: int) -> Ints:
    """The greatest or least value among the links of each task; `nothing` for a task without."""
    counts = rows.count(tasks)
    result = np.full(len(tasks), nothing)
    some = counts > 0
    if some.any():
        firsts = (counts.cumsum() - counts)[some]
        result[some] = by.reduceat(values, firsts)
    return result


def _file(dirty: dict[int, list[Ints]], level: Ints, tasks: Ints) -> None:
    for depth in np.unique(level[tasks]):
        dirty.setdefault(int(depth), []).append(tasks[level[tasks] == depth])
