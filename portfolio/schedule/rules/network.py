"""Tasks and the links between them as columns of numbers, in an order in which each comes after all it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NEVER: Final = np.iinfo(np.int64).min
"""No such moment: an actual date that has not come, a limit that was not set."""


class Kind(IntEnum):
    """What a link ties: the first letter names the end of the earlier task, the second that of the later one."""

    FS = 0
    SS = 1
    FF = 2
    SF = 3


class Limit(IntEnum):
    """How a date binds a task, in the words of the field.

    A start or finish "on" its date may come later when the links leave no choice, which negative float then tells;
    one that "must" be on it is there whatever the links say. One placed by hand is there too, but may slip.
    """

    AS_SOON = 0
    AS_LATE = 1
    START_NO_EARLIER = 2
    START_NO_LATER = 3
    FINISH_NO_EARLIER = 4
    FINISH_NO_LATER = 5
    START_ON = 6
    FINISH_ON = 7
    MUST_START = 8
    MUST_FINISH = 9
    BY_HAND = 10


class CycleError(ValueError):
    """Tasks that wait for each other in a ring, by their place in the network, in the order of the links."""

    def __init__(self, ring: Sequence[int]) -> None:
        super().__init__(f"{len(ring)} tasks wait for each other.")
        self.ring = list(ring)


@dataclass(frozen=True)
class Task:
    """One task; moments in seconds of the wall clock since 1970, work in seconds of its calendar's working time.

    `remaining` counts for a task that has started. `group` is the project whose end bounds the float.
    """

    work: int
    calendar: int = 0
    limit: Limit = Limit.AS_SOON
    limit_at: int = NEVER
    deadline: int = NEVER
    started: int = NEVER
    finished: int = NEVER
    remaining: int = 0
    group: int = 0


@dataclass(frozen=True)
class Link:
    """`target` waits for `source`; a negative lag is a lead; in working time of `calendar`, or the target's if -1."""

    source: int
    target: int
    kind: Kind = Kind.FS
    lag: int = 0
    calendar: int = -1


@dataclass(frozen=True)
class Group:
    """A project of the network: nothing starts before `start`; what is not done yet, not before `status_at`.

    `finish` is imposed; float is counted to it instead of to the computed end.
    """

    start: int
    status_at: int = NEVER
    finish: int = NEVER


@dataclass
class Network:
    """Columns of n tasks, m links and their groups; ValueError when a number is out of range."""

    work: Ints
    calendar: Ints
    limit: Ints
    limit_at: Ints
    deadline: Ints
    started: Ints
    finished: Ints
    remaining: Ints
    group: Ints
    source: Ints
    target: Ints
    kind: Ints
    lag: Ints
    lag_calendar: Ints
    group_start: Ints
    status_at: Ints
    group_finish: Ints
    level: Ints = field(init=False)

    def __post_init__(self) -> None:
        if (self.work < 0).any() or (self.remaining < 0).any():
            raise ValueError("Work cannot be negative.")
        ends = np.concatenate([self.source, self.target])
        if ends.size and (ends.min() < 0 or ends.max() >= len(self.work)):
            raise ValueError("A link names a task that is not in the network.")
        self.lag_calendar = np.where(self.lag_calendar < 0, self.calendar[self.target], self.lag_calendar)
        self.incoming = _rows_by(self.target, len(self.work))
        self.outgoing = _rows_by(self.source, len(self.work))
        self.level = self._levels()

    @classmethod
    def of(cls, tasks: Sequence[Task], links: Sequence[Link], groups: Sequence[Group]) -> Network:
        """The columns of tasks and links that are given one by one."""
        columns = {
            name: np.array([getattr(task, name) for task in tasks], np.int64)
            for name in (
                "work", "calendar", "limit", "limit_at", "deadline", "started", "finished", "remaining", "group",
            )
        }  # fmt: skip
        ties = {name: np.array([getattr(link, name) for link in links], np.int64) for name in Link.__dataclass_fields__}
        return cls(
            **columns,
            source=ties["source"],
            target=ties["target"],
            kind=ties["kind"],
            lag=ties["lag"],
            lag_calendar=ties["calendar"],
            group_start=np.array([group.start for group in groups], np.int64),
            status_at=np.array([group.status_at for group in groups], np.int64),
            group_finish=np.array([group.finish for group in groups], np.int64),
        )

    def __len__(self) -> int:
        return len(self.work)

    @property
    def done(self) -> Bools:
        return np.not_equal(self.finished, NEVER)

    @property
    def running(self) -> Bools:
        running: Bools = np.logical_and(self.started != NEVER, ~self.done)
        return running

    def _levels(self) -> Ints:
        """For each task the number of links on the longest way to it; CycleError when there is a ring."""
        level = np.zeros(len(self), np.int64)
        waits = np.bincount(self.target, minlength=len(self))
        ready, depth, placed = np.flatnonzero(waits == 0), 0, 0
        while len(ready):
            level[ready] = depth
            placed, depth = placed + len(ready), depth + 1
            reached = self.target[self.outgoing.of(ready)]
            waits -= np.bincount(reached, minlength=len(self)) if len(reached) * 8 > len(self) else 0
            if len(reached) * 8 <= len(self):
                np.subtract.at(waits, reached, 1)
            ready = np.unique(reached[waits[reached] == 0])
        if placed < len(self):
            raise CycleError(self._ring(waits > 0))
        return level

    def _ring(self, stuck: Bools) -> list[int]:
        """One ring among tasks that all wait for another of them."""
        at = int(np.flatnonzero(stuck)[0])
        way: dict[int, int] = {}
        while at not in way:
            way[at] = len(way)
            causes = self.source[self.incoming.of(np.array([at]))]
            at = int(causes[stuck[causes]][0])
        return list(way)[way[at] :][::-1]


@dataclass(frozen=True)
class Rows:
    """Which links belong to each task: those of task i are `order[first[i]:first[i + 1]]`."""

    order: Ints
    first: Ints

    def of(self, tasks: Ints) -> Ints:
        """The links of some tasks, task by task."""
        counts = self.count(tasks)
        total = int(counts.sum())
        if not total:
            return np.empty(0, np.int64)
        step = np.ones(total, np.int64)
        begins, ends = self.first[tasks][counts > 0], counts[counts > 0]
        step[0] = begins[0]
        step[ends.cumsum()[:-1]] = begins[1:] - (begins[:-1] + ends[:-1] - 1)
        links: Ints = self.order[step.cumsum()]
        return links

    def count(self, tasks: Ints) -> Ints:
        counts: Ints = self.first[tasks + 1] - self.first[tasks]
        return counts


def _rows_by(ends: Ints, size: int) -> Rows:
    counts = np.bincount(ends, minlength=size)
    return Rows(np.argsort(ends, kind="stable"), np.concatenate([[0], counts.cumsum()]).astype(np.int64))
