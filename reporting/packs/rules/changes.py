"""What changed since the last pack, from the figures that were kept with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from pmo.kernel import rag
from reporting.packs.rules.figures import DecisionFigures, PackFigures, ProjectFigures

Figure = TypeVar("Figure")
OUTCOMES = ("answered", "overdue", "open")
Pair = tuple[ProjectFigures, ProjectFigures]


@dataclass(frozen=True)
class Move(Generic[Figure]):
    """One figure of one project, then and now."""

    project: ProjectFigures
    before: Figure
    after: Figure


@dataclass(frozen=True)
class Gone:
    """A project of the last pack that this one does not count, and why: closed, moved, deleted or hidden."""

    project: ProjectFigures
    reason: str


@dataclass(frozen=True)
class Fate:
    """What became of a decision that the last pack asked for: open, overdue or answered."""

    project: ProjectFigures
    decision: DecisionFigures
    outcome: str


@dataclass(frozen=True)
class Changes:
    since: date
    worse: tuple[Move[str], ...]
    better: tuple[Move[str], ...]
    otherwise: tuple[Move[str], ...]
    added: tuple[ProjectFigures, ...]
    gone: tuple[Gone, ...]
    renamed: tuple[Move[str], ...]
    redated: tuple[Move[date | None], ...]
    rebaselined: tuple[Move[date | None], ...]
    rebudgeted: tuple[Move[Decimal | None], ...]
    reforecast: tuple[Move[Decimal | None], ...]
    revalued: tuple[Move[Decimal | None], ...]
    decisions: tuple[Fate, ...]

    @property
    def nothing(self) -> bool:
        return not any(value for name, value in vars(self).items() if name not in ("since", "decisions"))


def compare(previous: PackFigures, current: PackFigures) -> Changes:
    """Every difference that a reader of both packs would notice; budgets of two years are not compared."""
    before, pairs = previous.by_id, _pairs(previous, current)
    of_one_year = pairs if previous.fiscal_year == current.fiscal_year else []
    health = _moved(pairs, lambda project: project.overall)
    return Changes(
        since=previous.at,
        worse=_worst_first(move for move in health if direction(move) == "worse"),
        better=_worst_first(move for move in health if direction(move) == "better"),
        otherwise=_worst_first(move for move in health if direction(move) == "otherwise"),
        added=tuple(project for project in current.projects if project.id not in before),
        gone=_gone(previous, current),
        renamed=_moved(pairs, lambda project: project.name),
        redated=_by_days(_moved(pairs, lambda project: project.finish_forecast)),
        rebaselined=_by_days(_moved(pairs, lambda project: project.finish_baseline)),
        rebudgeted=_by_amount(_moved(of_one_year, lambda project: project.budget)),
        reforecast=_by_amount(_moved(of_one_year, lambda project: project.forecast)),
        revalued=_by_amount(_moved(pairs, lambda project: project.whole_life_cost)),
        decisions=_fates(previous, current),
    )


def direction(move: Move[str]) -> str:
    """worse or better when both values say something or the project is complete; otherwise for the rest."""
    then, now = rag.SEVERITY[move.before], rag.SEVERITY[move.after]
    if move.after == rag.BLUE:
        return "better"
    if not then or not now:
        return "otherwise"
    return "worse" if now > then else "better"


def _pairs(previous: PackFigures, current: PackFigures) -> list[Pair]:
    before = previous.by_id
    return [(before[project.id], project) for project in current.projects if project.id in before]


def _moved(pairs: list[Pair], figure: Callable[[ProjectFigures], Figure]) -> tuple[Move[Figure], ...]:
    return tuple(Move(now, figure(then), figure(now)) for then, now in pairs if figure(then) != figure(now))


def _worst_first(moves: Iterable[Move[str]]) -> tuple[Move[str], ...]:
    return tuple(sorted(moves, key=lambda move: (-rag.SEVERITY[move.after], move.project.code)))


def _by_days(moves: tuple[Move[date | None], ...]) -> tuple[Move[date | None], ...]:
    return tuple(sorted(moves, key=lambda move: (-_days(move), move.project.code)))


def _days(move: Move[date | None]) -> int:
    return 0 if move.before is None or move.after is None else (move.after - move.before).days


def _by_amount(moves: tuple[Move[Decimal | None], ...]) -> tuple[Move[Decimal | None], ...]:
    return tuple(sorted(moves, key=lambda move: (-abs(amount_moved(move) or Decimal(0)), move.project.code)))


def amount_moved(move: Move[Decimal | None]) -> Decimal | None:
    """After minus before; None when one side was not given."""
    return None if move.before is None or move.after is None else move.after - move.before


def _gone(previous: PackFigures, current: PackFigures) -> tuple[Gone, ...]:
    now = current.by_id
    missing = [project for project in previous.projects if project.id not in now]
    return tuple(Gone(project, current.gone.get(str(project.id), "hidden")) for project in missing)


def _fates(previous: PackFigures, current: PackFigures) -> tuple[Fate, ...]:
    """What was answered first, then what is overdue, then by the date they are needed."""
    asked_now = {(project.id, decision.text) for project in current.projects for decision in project.decisions}
    fates = (
        Fate(project, decision, _outcome(decision, (project.id, decision.text) in asked_now, current.at))
        for project in previous.projects
        for decision in project.decisions
    )
    return tuple(sorted(fates, key=_news_first))


def _news_first(fate: Fate) -> tuple[int, date, str]:
    return OUTCOMES.index(fate.outcome), fate.decision.needed_by or date.max, fate.project.code


def _outcome(decision: DecisionFigures, still_asked: bool, at: date) -> str:
    if not still_asked:
        return "answered"
    return "overdue" if decision.needed_by and decision.needed_by < at else "open"
