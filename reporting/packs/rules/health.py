"""Who is in trouble: projects by status, worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pmo.kernel import rag
from reporting.packs.rules.figures import PackFigures, ProjectFigures

ORDER = ("off_track", "at_risk", "on_hold", "none", "on_track", "complete")
ATTENTION = ("off_track", "at_risk")


@dataclass(frozen=True)
class Group:
    band: str
    projects: tuple[ProjectFigures, ...]


def groups(figures: PackFigures) -> tuple[Group, ...]:
    """The bands that have projects, worst band and worst project first."""
    by_band = {name: tuple(p for p in ranked(figures) if rag.band(p.overall) == name) for name in ORDER}
    return tuple(Group(name, projects) for name, projects in by_band.items() if projects)


def ranked(figures: PackFigures) -> tuple[ProjectFigures, ...]:
    """All projects, worst first."""
    return tuple(sorted(figures.projects, key=_rank))


def tally(projects: Iterable[ProjectFigures]) -> dict[str, int]:
    """Number of projects in each band, zero included."""
    counts = dict.fromkeys(ORDER, 0)
    for project in projects:
        counts[rag.band(project.overall)] += 1
    return counts


def attention(figures: PackFigures) -> tuple[ProjectFigures, ...]:
    """Red and amber projects, worst first."""
    return tuple(project for group in groups(figures) if group.band in ATTENTION for project in group.projects)


def off_track_streak(project: ProjectFigures) -> int:
    """How many of the latest reports in a row were off track."""
    streak = 0
    for value in reversed(project.strip):
        if rag.band(value) != "off_track":
            break
        streak += 1
    return streak


def long_off_track(figures: PackFigures, reports: int = 3) -> tuple[ProjectFigures, ...]:
    """Projects off track for at least that many reports, longest first."""
    found = [project for project in figures.projects if off_track_streak(project) >= reports]
    return tuple(sorted(found, key=lambda project: (-off_track_streak(project), project.code)))


def _rank(project: ProjectFigures) -> tuple[int, Decimal, int, str]:
    overrun = project.difference_percent or Decimal(0)
    return (-rag.SEVERITY[project.overall], -overrun, -(project.slip_days or 0), project.code)
