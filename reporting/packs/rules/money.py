"""What the year costs against its budget, and which projects cause the difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pmo.kernel.money import Total, percent_change, total
from reporting.packs.rules.figures import PackFigures, ProjectFigures

SHARE_THAT_EXPLAINS = Decimal("0.8")


@dataclass(frozen=True)
class Line:
    """Sums of one programme or unit; budget, forecast and difference over the same `counted` projects."""

    name: str
    of: int
    counted: int
    budget: Decimal | None
    forecast: Decimal | None
    whole_life: Total

    @property
    def difference(self) -> Decimal | None:
        return None if self.forecast is None or self.budget is None else self.forecast - self.budget

    @property
    def percent(self) -> Decimal | None:
        return percent_change(self.budget, self.forecast)


@dataclass(frozen=True)
class Causes:
    """The fewest projects that make up four fifths of all overruns together."""

    projects: tuple[ProjectFigures, ...]
    amount: Decimal
    all_overruns: Decimal
    overrunning: int


def breakdown_axis(figures: PackFigures) -> str:
    """By programme when there are several, otherwise by unit."""
    return "programme" if len({project.programme for project in figures.projects}) > 1 else "unit"


def breakdown(figures: PackFigures) -> tuple[Line, ...]:
    """One line per programme or unit, largest budget first; without a figure later, what belongs to none last."""
    axis = breakdown_axis(figures)
    names = {getattr(project, axis) for project in figures.projects}
    lines = [line_of(name, (p for p in figures.projects if getattr(p, axis) == name), figures) for name in names]
    return tuple(sorted(lines, key=lambda line: (not line.name, -(line.budget or Decimal(-1)), line.name)))


def whole(figures: PackFigures) -> Line:
    """All counted projects in one line."""
    return line_of(figures.scope, figures.projects, figures)


def line_of(name: str, projects: Iterable[ProjectFigures], figures: PackFigures) -> Line:
    """Sums of what is known in the pack's currency; an amount in another currency is not counted."""
    parts = list(projects)
    known = [p for p in parts if p.difference is not None and p.currency == figures.currency]
    same = [p.whole_life_cost if p.currency == figures.currency else None for p in parts]
    return Line(
        name=name,
        of=len(parts),
        counted=len(known),
        budget=_sum(p.budget for p in known),
        forecast=_sum(p.forecast for p in known),
        whole_life=total(same, figures.currency),
    )


def forecast(figures: PackFigures) -> Total:
    """What all counted projects expect to spend in the year, with or without a budget."""
    known = [p.forecast if p.currency == figures.currency else None for p in figures.projects]
    return total(known, figures.currency)


def overruns(figures: PackFigures) -> tuple[ProjectFigures, ...]:
    """Projects whose forecast exceeds their budget of the year, largest first."""
    over = [p for p in figures.projects if (p.difference or 0) > 0 and p.currency == figures.currency]
    return tuple(sorted(over, key=lambda p: (-(p.difference or Decimal(0)), p.code)))


def causes(figures: PackFigures) -> Causes:
    ranked = overruns(figures)
    amounts = [project.difference or Decimal(0) for project in ranked]
    whole_overrun, running, needed = sum(amounts, Decimal(0)), Decimal(0), 0
    while needed < len(ranked) and running < whole_overrun * SHARE_THAT_EXPLAINS:
        running += amounts[needed]
        needed += 1
    return Causes(ranked[:needed], running, whole_overrun, len(ranked))


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
