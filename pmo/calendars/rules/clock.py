"""Working time of many calendars at once: how much work lies before a moment, and when an amount of work is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pmo.calendars.rules.week import DAY, Hours, Week

Ints = NDArray[np.int64]
EPOCH: Final = date(1970, 1, 1)


class BeyondHorizonError(ValueError):
    """A moment lies outside the days that were laid out; lay out more of them."""


class Clock:
    """The working spans of several calendars between two days, laid end to end so that one search finds any of them.

    Moments are seconds of the wall clock since 1970-01-01 00:00, work is in seconds, calendars are named by their place
    in the list that was given. All three may be arrays of one shape; answers have that shape.

    A moment between two spans is the same amount of work as the end of the first and the start of the second. What
    finishes is told at the end of the first, what starts at the start of the second.
    """

    def __init__(self, weeks: Sequence[Week], first: date, last: date) -> None:
        """Lay out the days from `first` to `last`, both included; ValueError when a calendar never works."""
        if not weeks or not all(week.works for week in weeks):
            raise ValueError("A working calendar needs working hours on at least one weekday.")
        self.first, self.last = _second(first), _second(last) + DAY
        self._range = self.last - self.first + 1
        laid = [_spans(week, first, last) for week in weeks]
        counts = np.array([len(spans) for spans in laid])
        self._from = np.concatenate([[0], counts.cumsum()[:-1]])
        starts, lengths = (np.concatenate([spans[:, part] for spans in laid]) for part in (0, 1))
        calendar = np.repeat(np.arange(len(weeks)), counts)
        self._start, self._length = starts, lengths
        before = lengths.cumsum() - lengths
        self._before = before - before[self._from][calendar]
        self._whole = np.add.reduceat(lengths, self._from)
        self._moments = calendar * self._range + (starts - self.first)
        self._works = calendar * self._range + self._before

    def work_before(self, calendar: Any, moment: Any) -> Ints:
        """Seconds of work of the calendar between the horizon's first day and the moment."""
        calendar, moment = _arrays(calendar, moment)
        if moment.size and (moment.min() < self.first or moment.max() > self.last):
            raise BeyondHorizonError
        at = np.searchsorted(self._moments, calendar * self._range + (moment - self.first), "right") - 1
        inside = np.clip(moment - self._start[at], 0, self._length[at])
        # Before a calendar's first span the search finds the last one of the calendar before it.
        return np.where(at < self._from[calendar], 0, self._before[at] + inside)

    def finish_at(self, calendar: Any, work: Any) -> Ints:
        """The first moment before which so much work lies."""
        calendar, work = self._works_of(calendar, work)
        at = np.searchsorted(self._works, calendar * self._range + work, "left") - 1
        return self._moment(np.maximum(at, self._from[calendar]), work)

    def start_at(self, calendar: Any, work: Any) -> Ints:
        """The last moment before which no more work lies: that at which the next second of it can be done."""
        calendar, work = self._works_of(calendar, work)
        at = np.searchsorted(self._works, calendar * self._range + work, "right") - 1
        return self._moment(at, work)

    def _works_of(self, calendar: Any, work: Any) -> tuple[Ints, Ints]:
        calendar, work = _arrays(calendar, work)
        if work.size and (work.min() < 0 or (work > self._whole[calendar]).any()):
            raise BeyondHorizonError
        return calendar, work

    def _moment(self, at: Ints, work: Ints) -> Ints:
        moments: Ints = self._start[at] + work - self._before[at]
        return moments

    # --- moments from moments -----------------------------------------------------------------------------------------
    def opening(self, calendar: Any, moment: Any) -> Ints:
        """The moment itself when work can start then, otherwise the next at which it can."""
        return self.start_at(calendar, self.work_before(calendar, moment))

    def closing(self, calendar: Any, moment: Any) -> Ints:
        """The moment itself when work can end then, otherwise the last before it."""
        return self.finish_at(calendar, self.work_before(calendar, moment))

    def after(self, calendar: Any, moment: Any, work: Any) -> Ints:
        """The first moment at which so much work is done since the moment; before it when work is negative."""
        return self._where_work(calendar, moment, work, self.finish_at)

    def before(self, calendar: Any, moment: Any, work: Any) -> Ints:
        """The last moment from which so much work can be done until the moment; after it when work is negative."""
        return self._where_work(calendar, moment, -np.asarray(work, np.int64), self.start_at)

    def _where_work(self, calendar: Any, moment: Any, work: Any, placed: Callable[[Ints, Ints], Ints]) -> Ints:
        calendar, moment = _arrays(calendar, moment)
        calendar, work = _arrays(calendar, work)
        moved = np.array(np.broadcast_arrays(moment, work)[0])
        some = work != 0
        if some.any():
            calendar = np.broadcast_to(calendar, moved.shape)[some]
            moved[some] = placed(calendar, self.work_before(calendar, moved[some]) + work[some])
        return moved

    def between(self, calendar: Any, start: Any, end: Any) -> Ints:
        """Seconds of work from start to end; negative when the end is earlier."""
        return self.work_before(calendar, end) - self.work_before(calendar, start)


def _arrays(calendar: Any, values: Any) -> tuple[Ints, Ints]:
    calendars, amounts = np.broadcast_arrays(np.asarray(calendar, np.int64), np.asarray(values, np.int64))
    return calendars, amounts


def _second(day: date) -> int:
    return (day - EPOCH).days * DAY


def _spans(week: Week, first: date, last: date) -> Ints:
    """Start and length of each working span, one row each, in order."""
    days = np.arange((first - EPOCH).days, (last - EPOCH).days + 1)
    special = dict(_special(week, first, last))
    usual = days[~np.isin(days, list(special))]
    rows = [_rows(usual[(usual + 3) % 7 == weekday], spans) for weekday, spans in enumerate(week.days)]
    rows += [_rows(np.array([day]), spans) for day, spans in special.items()]
    laid = np.concatenate(rows) if rows else np.empty((0, 2), np.int64)
    if not len(laid):
        raise BeyondHorizonError
    return laid[laid[:, 0].argsort()]


def _special(week: Week, first: date, last: date) -> list[tuple[int, Hours]]:
    """The days inside the horizon for which an exception speaks; a later one of the list comes later."""
    found: list[tuple[int, Hours]] = []
    for each in week.exceptions:
        day = max(each.first, first)
        while day <= min(each.last, last):
            found.append(((day - EPOCH).days, each.hours))
            day += timedelta(days=1)
    return found


def _rows(days: Ints, spans: Hours) -> Ints:
    parts = [np.stack([days * DAY + start, np.full(len(days), end - start)], axis=1) for start, end in spans]
    return np.concatenate(parts) if parts else np.empty((0, 2), np.int64)
