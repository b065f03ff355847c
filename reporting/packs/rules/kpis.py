"""The six figures of the summary page, each with its change since the last pack on a like-for-like basis."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reporting.packs.rules import health, money, slips
from reporting.packs.rules.figures import PackFigures

TENTH_OF_A_MILLION = Decimal(100_000)
HALF = Decimal("0.5")


@dataclass(frozen=True)
class Kpi:
    """`value` of `of` with its change; `verdict` says better, worse, unchanged or, without a past, nothing."""

    code: str
    value: Decimal | None
    change: Decimal | None
    of: int
    counted: int
    lower_is_better: bool = True
    smallest: Decimal = Decimal(0)
    """A change below this is rounded away where the figure is printed, so it is none."""

    @property
    def verdict(self) -> str:
        if self.change is None:
            return ""
        if self.change == 0 or abs(self.change) < self.smallest:
            return "unchanged"
        return "better" if (self.change < 0) == self.lower_is_better else "worse"


def kpis(figures: PackFigures, previous: PackFigures | None) -> tuple[Kpi, ...]:
    return (
        _attention(figures, previous),
        _forecast(figures, previous),
        _overrun(figures, previous),
        _late_finishes(figures, previous),
        _punctual(figures, previous),
        _decisions(figures, previous),
    )


def decisions_asked(figures: PackFigures) -> int:
    return sum(len(project.decisions) for project in figures.projects)


def decisions_overdue(figures: PackFigures) -> int:
    """Decisions whose date has passed at the pack's business date."""
    asked = (decision for project in figures.projects for decision in project.decisions)
    return sum(decision.needed_by is not None and decision.needed_by < figures.at for decision in asked)


def reports_expected(figures: PackFigures) -> int:
    return sum(project.report_expected for project in figures.projects)


def reports_on_time(figures: PackFigures) -> int:
    return sum(project.report_expected and not project.late for project in figures.projects)


def _change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


def _attention(figures: PackFigures, previous: PackFigures | None) -> Kpi:
    now = Decimal(len(health.attention(figures)))
    then = Decimal(len(health.attention(previous))) if previous else None
    return Kpi("attention", now, _change(now, then), figures.counted, figures.counted)


def _forecast(figures: PackFigures, previous: PackFigures | None) -> Kpi:
    """The change counts only projects whose forecast both packs know: a new project is not an overrun."""
    known, change = money.forecast(figures), _like_for_like(figures, previous)
    return Kpi("forecast", known.amount, change, figures.counted, known.counted, smallest=TENTH_OF_A_MILLION / 2)


def _like_for_like(figures: PackFigures, previous: PackFigures | None) -> Decimal | None:
    if previous is None or previous.fiscal_year != figures.fiscal_year:
        return None
    before = previous.by_id
    moves = [
        project.forecast - then
        for project in figures.projects
        if project.forecast is not None
        and project.currency == figures.currency
        and project.id in before
        and (then := before[project.id].forecast) is not None
    ]
    return sum(moves, Decimal(0)) if moves else None


def _overrun(figures: PackFigures, previous: PackFigures | None) -> Kpi:
    line = money.whole(figures)
    before = money.whole(previous).percent if previous else None
    change = _change(line.percent, before)
    return Kpi("overrun", line.percent, change, figures.counted, line.counted, smallest=Decimal("0.05"))


def _late_finishes(figures: PackFigures, previous: PackFigures | None) -> Kpi:
    now = Decimal(slips.late(figures))
    then = Decimal(slips.late(previous)) if previous else None
    return Kpi("late_finishes", now, _change(now, then), slips.dated(figures), slips.dated(figures))


def _punctual(figures: PackFigures, previous: PackFigures | None) -> Kpi:
    now, then = _punctuality(figures), _punctuality(previous) if previous else None
    return Kpi("punctual", now, _change(now, then), reports_expected(figures), reports_on_time(figures), False, HALF)


def _punctuality(figures: PackFigures) -> Decimal | None:
    expected = reports_expected(figures)
    return Decimal(reports_on_time(figures) * 100) / expected if expected else None


def _decisions(figures: PackFigures, previous: PackFigures | None) -> Kpi:
    now = Decimal(decisions_asked(figures))
    then = Decimal(decisions_asked(previous)) if previous else None
    return Kpi("decisions", now, _change(now, then), decisions_asked(figures), decisions_overdue(figures))
