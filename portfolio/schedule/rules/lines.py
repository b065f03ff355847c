"""The outline of a plan: which lines stand below which, and what a link of a whole part means for its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portfolio.schedule.rules.network import Kind
from portfolio.schedule.rules.plan import PlanLink, PlanTask


@dataclass
class Lines:
    """Lines in the order of the plan; parents by the level of the outline, leaves by what has none below."""

    tasks: Sequence[PlanTask]
    parent: dict[str, str] = field(default_factory=dict)
    below: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        above: list[PlanTask] = []
        for task in self.tasks:
            while above and above[-1].level >= task.level:
                above.pop()
            if above:
                self.parent[task.uid] = above[-1].uid
                self.below.setdefault(above[-1].uid, []).append(task.uid)
            above.append(task)

    @property
    def leaves(self) -> list[PlanTask]:
        """The lines that carry work or mark a moment: those without a line below, and no empty parts."""
        return [task for task in self.tasks if task.uid not in self.below and not task.summary]

    def leaves_of(self, uid: str) -> Iterator[str]:
        """The leaves below a line, or the line itself."""
        stack = [uid]
        while stack:
            at = stack.pop()
            inner = self.below.get(at)
            if inner:
                stack.extend(reversed(inner))
            else:
                yield at

    def ancestors(self, uid: str) -> Iterator[str]:
        """The lines above, the nearest first."""
        while (uid := self.parent.get(uid, "")) != "":
            yield uid

    def leaf_links(self, links: Sequence[PlanLink]) -> list[tuple[PlanLink, str, str]]:
        """Each link as ties between leaves.

        What waits for the finish of a part waits for all its leaves; what waits for its start waits for those leaves
        with which the part begins, those that wait for none of their own part. A part that waits lets all its leaves
        wait to start, or those leaves to finish for which none of their own part waits.
        """
        return [
            (link, source, target)
            for link in links
            for source in self._sources(link, links)
            for target in self._targets(link, links)
            if source != target
        ]

    def _sources(self, link: PlanLink, links: Sequence[PlanLink]) -> list[str]:
        inner = list(self.leaves_of(link.predecessor))
        if link.kind in (Kind.FS, Kind.FF) or len(inner) == 1:
            return inner
        waiting = {each.successor for each in links if each.predecessor in inner}
        return [uid for uid in inner if uid not in waiting] or inner

    def _targets(self, link: PlanLink, links: Sequence[PlanLink]) -> list[str]:
        inner = list(self.leaves_of(link.successor))
        if link.kind in (Kind.FS, Kind.SS) or len(inner) == 1:
            return inner
        awaited = {each.predecessor for each in links if each.successor in inner}
        return [uid for uid in inner if uid not in awaited] or inner
