"""What comes late: forecast finish against baseline, then and now."""

from __future__ import annotations

from dataclasses import dataclass

from reporting.packs.rules.figures import PackFigures, ProjectFigures


@dataclass(frozen=True)
class Slip:
    """Days late now, and at the last pack (None when it did not say)."""

    project: ProjectFigures
    days: int
    was: int | None

    @property
    def moved(self) -> int | None:
        return None if self.was is None else self.days - self.was


def slips(figures: PackFigures, previous: PackFigures | None) -> tuple[Slip, ...]:
    """Projects that finish after their baseline, or did at the last pack, latest first."""
    before = previous.by_id if previous else {}
    found = [
        Slip(project, project.slip_days, earlier.slip_days if (earlier := before.get(project.id)) else None)
        for project in figures.projects
        if project.slip_days is not None
    ]
    late = [slip for slip in found if slip.days > 0 or (slip.was or 0) > 0]
    return tuple(sorted(late, key=lambda slip: (-slip.days, slip.project.code)))


def dated(figures: PackFigures) -> int:
    """Projects that have both a baseline and a forecast finish."""
    return sum(project.slip_days is not None for project in figures.projects)


def late(figures: PackFigures) -> int:
    """Projects forecast to finish after their baseline."""
    return sum((project.slip_days or 0) > 0 for project in figures.projects)


def longest(found: tuple[Slip, ...]) -> int:
    """The end of the common scale of all slips, in days."""
    return max((max(slip.days, slip.was or 0) for slip in found), default=0)
