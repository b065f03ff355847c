"""Whether the pack can be trusted: what is late, missing or withheld."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pmo.kernel import rag
from reporting.packs.rules.figures import PackFigures, ProjectFigures

WITHHELD = "exempt"
State = str


@dataclass(frozen=True)
class Check:
    """`good` of `of` projects pass; `withheld` ones are exempt and neither good nor missing."""

    code: str
    of: int
    good: int
    withheld: int
    missing: tuple[ProjectFigures, ...]

    @property
    def percent(self) -> int | None:
        """Share of those that could pass, rounded down so that 100 means all; None when there are none."""
        asked = self.of - self.withheld
        return self.good * 100 // asked if asked else None


def checks(figures: PackFigures) -> tuple[Check, ...]:
    return tuple(_check(code, figures, state) for code, state in CHECKS.items())


def _check(code: str, figures: PackFigures, state: Callable[[ProjectFigures], State]) -> Check:
    asked = [(project, state(project)) for project in figures.projects if state(project) != "not asked"]
    return Check(
        code=code,
        of=len(asked),
        good=sum(answer == "good" for _, answer in asked),
        withheld=sum(answer == "withheld" for _, answer in asked),
        missing=tuple(project for project, answer in asked if answer == "missing"),
    )


def _figure(name: str) -> Callable[[ProjectFigures], State]:
    def state(project: ProjectFigures) -> State:
        if getattr(project, name) not in (None, "", ()):
            return "good"
        return "withheld" if is_withheld(project, name) else "missing"

    return state


def is_withheld(project: ProjectFigures, name: str) -> bool:
    """Whether the source says that the figure may not be published."""
    return WITHHELD in project.absent.get(name, "").lower()


def _on_time(project: ProjectFigures) -> State:
    if not project.report_expected:
        return "not asked"
    return "missing" if project.late else "good"


def _rated(project: ProjectFigures) -> State:
    if project.overall == rag.EXEMPT:
        return "withheld"
    return "good" if project.overall else "missing"


def _explained(project: ProjectFigures) -> State:
    if not rag.needs_comment(project.overall):
        return "not asked"
    told = project.summary or any(dimension.comment for dimension in project.dimensions.values())
    return "good" if told else "missing"


CHECKS: dict[str, Callable[[ProjectFigures], State]] = {
    "on_time": _on_time,
    "rated": _rated,
    "explained": _explained,
    "manager": _figure("manager"),
    "budget": _figure("budget"),
    "forecast": _figure("forecast"),
    "whole_life_cost": _figure("whole_life_cost"),
    "finish_baseline": _figure("finish_baseline"),
    "finish_forecast": _figure("finish_forecast"),
}
