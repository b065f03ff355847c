"""The work breakdown structure of the file as lines of a plan, each part above its tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from pmo.calendars.rules.clock import Clock
from portfolio.schedule.rules.moments import second_of
from portfolio.schedule.rules.plan import PlanBaseline, PlanTask, Span, UnreadableError
from portfolio.schedule.rules.xer.tables import Row

MOST_LEVELS = 60


class Outline:
    """Parts and tasks in the order of the file's sequence numbers; parts carry the span and sums of what they hold."""

    def __init__(self, parts: list[Row], rows: list[Row], tasks: list[PlanTask], clock: Clock | None) -> None:
        self.clock = clock
        self.own = {row.text("wbs_id"): row for row in parts}
        self.below: dict[str, list[str]] = {}
        for row in sorted(parts, key=lambda row: row.number("seq_num") or Decimal(0)):
            parent = row.text("parent_wbs_id")
            self.below.setdefault(parent if parent in self.own else "", []).append(row.text("wbs_id"))
        self.tasks: dict[str, list[PlanTask]] = {}
        for row, task in zip(rows, tasks, strict=True):
            home = row.text("wbs_id")
            self.tasks.setdefault(home if home in self.own else "", []).append(task)

    @property
    def title(self) -> str:
        tops = self.below.get("", [])
        return self.own[tops[0]].text("wbs_name") if len(tops) == 1 else ""

    def lines(self) -> Iterator[PlanTask]:
        """Each part, its tasks, then the parts below it; UnreadableError when parts hold each other."""
        seen = 0
        for line in self._of("", 0):
            seen += line.summary
            yield line
        if seen < len(self.own):
            raise UnreadableError("parent_wbs_id", "PROJWBS")

    def _of(self, uid: str, level: int) -> Iterator[PlanTask]:
        if level > MOST_LEVELS:
            raise UnreadableError("parent_wbs_id", "PROJWBS")
        for task in self.tasks.get(uid, []):
            yield replace(task, level=level + 1)
        for part in self.below.get(uid, []):
            inner = list(self._of(part, level + 1))
            yield self._part(self.own[part], level + 1, [line for line in inner if not line.summary])
            yield from inner

    def _part(self, row: Row, level: int, held: list[PlanTask]) -> PlanTask:
        start = min((task.start for task in held if task.start), default=None)
        finish = max((task.finish for task in held if task.finish), default=None)
        costs = [task.cost for task in held if task.cost is not None]
        planned = [base for task in held for base in task.baselines]
        return PlanTask(
            uid=f"wbs:{row.text('wbs_id')}",
            name=row.text("wbs_name"),
            level=level,
            number=row.text("wbs_short_name"),
            summary=True,
            start=start,
            finish=finish,
            duration=self._between(start, finish),
            work_seconds=sum(task.work_seconds or 0 for task in held),
            cost=sum(costs, Decimal(0)),
            critical=any(task.critical for task in held),
            baselines=(
                PlanBaseline(
                    0,
                    min((base.start for base in planned if base.start), default=None),
                    max((base.finish for base in planned if base.finish), default=None),
                ),
            ),
        )

    def _between(self, start: datetime | None, finish: datetime | None) -> Span | None:
        if self.clock is None or start is None or finish is None:
            return None
        return Span(int(self.clock.between(0, second_of(start), second_of(finish))))
