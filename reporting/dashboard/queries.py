"""The one source of every figure on the portfolio home: a constant number of queries for any number of projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from pmo.kernel import rag
from pmo.kernel.money import change_ratio
from pmo.organisation.models import Organisation
from portfolio.projects.models import Project
from portfolio.status.content import computed_health
from portfolio.status.models import DecisionNeeded
from portfolio.status.queries import STRIP_LENGTH, decisions_needed, latest_at, published_until
from reporting.dashboard import rules
from reporting.dashboard.rules import Periods, Reading

FIGURES = ("finish_baseline", "finish_forecast", "whole_life_cost", "budget", "forecast", "currency", "phase")


@dataclass
class PortfolioState:
    """A set of projects at a business date, with its past."""

    at: date
    today: date
    organisation: Organisation
    projects: Sequence[Project]
    periods: Periods
    readings: Sequence[Reading]
    decisions: Sequence[DecisionNeeded] = field(default_factory=list)

    @cached_property
    def ended(self) -> dict[int, str]:
        """The cadences of projects that have ended: their last report does not stand for ever."""
        return {project.pk: project.cadence for project in self.projects if not project.is_open}

    @cached_property
    def by_id(self) -> dict[int, Project]:
        return {project.pk: project for project in self.projects}

    def at_end(self, end: date) -> dict[int, Reading]:
        return rules.standing(self.readings, end, self.ended, snapshots=self.periods.snapshots)

    @cached_property
    def series(self) -> list[tuple[date, dict[int, Reading]]]:
        """What stood at the end of each period."""
        return [(end, self.at_end(end)) for end in self.periods.ends]

    @cached_property
    def now(self) -> dict[int, Reading]:
        """What stands at the business date: today the projects' own figures, earlier those of their reports."""
        if self.is_live:
            return {project.pk: _reading_of(project) for project in self.projects if project.is_open}
        return self.at_end(self.periods.ends[-1]) if self.periods.ends else {}

    @property
    def missing(self) -> int:
        """Open projects that the last snapshot does not know."""
        return sum(project.is_open for project in self.projects) - len(self.now)

    @property
    def is_live(self) -> bool:
        """Today's projects; where reports come as snapshots, the last snapshot is what is known."""
        return self.at >= self.today and not self.periods.snapshots

    @cached_property
    def before(self) -> dict[int, Reading]:
        """What stood at the end of the period before; empty when there is none."""
        previous = self.periods.previous
        return self.at_end(previous) if previous is not None else {}

    @cached_property
    def late(self) -> list[Project]:
        """Projects whose report is overdue today, longest first; known for today only."""
        owing: list[Any] = [project for project in self.projects if getattr(project, "is_late", False)]
        return sorted(owing, key=lambda project: project.report_due_on or self.at) if self.at >= self.today else []

    @cached_property
    def reporting(self) -> int:
        """How many of the projects owe reports."""
        return sum(project.owes_reports for project in self.projects)

    @cached_property
    def rosier(self) -> list[rules.Rosier]:
        """Dimensions declared better than computed; for today's figures only."""
        found: list[rules.Rosier] = []
        for project in self.projects if self.is_live else ():
            computed = {name: each.value for name, each in computed_health(project, self.organisation).items()}
            found += rules.rosier(project.pk, project.status_dimensions, computed)[:1]
        return sorted(found, key=lambda each: -rag.SEVERITY[each.computed])

    def rows(self) -> list[Any]:
        """The projects as they stood at the business date, worst first, for a table of the past."""
        history: dict[int, list[Reading]] = {}
        for reading in self.readings:
            history.setdefault(reading.project, []).append(reading)
        rows = [_as_it_stood(self.by_id[pk], each, history.get(pk, []), self.at) for pk, each in self.now.items()]
        return sorted(rows, key=lambda row: (-rag.SEVERITY.get(row.status_overall, 0), -(row.slip_days or 0), row.code))


def _reading_of(project: Project) -> Reading:
    finish = project.finish_actual or project.finish_forecast
    figures = {name: getattr(project, name) for name in FIGURES} | {"finish_forecast": finish}
    return Reading(project=project.pk, as_of=project.status_as_of, overall=project.status_overall, **figures)


def _as_it_stood(project: Project, reading: Reading, history: Sequence[Reading], at: date) -> Any:
    """A copy of the project with the figures of a reading; never saved."""
    row: Any = copy(project)
    for name in FIGURES:
        setattr(row, name, getattr(reading, name))
    row.finish_actual = None
    row.status_overall, row.status_as_of, row.is_late = reading.overall, reading.as_of, False
    row.seen_on, row.phase = at, reading.phase or project.phase
    seen = [each for each in history if each.as_of and reading.as_of and each.as_of <= reading.as_of]
    row.status_strip = [[str(each.as_of), each.overall] for each in seen[-STRIP_LENGTH:]]
    row.overrun = change_ratio(reading.budget, reading.forecast)
    return row


def periods_of(projects: QuerySet[Any], at: date) -> Periods:
    """The periods in which the projects of a queryset were reported; one query."""
    published = published_until(at, projects.order_by().values("pk")).order_by()
    return rules.choose_periods(published.values_list("as_of", flat=True).distinct(), at)


def state_of(
    projects: QuerySet[Any], organisation: Organisation, at: date, today: date, periods: Periods
) -> PortfolioState:
    """The projects of a queryset (cut to its reader already) at a business date; four queries."""
    rows = list(projects)
    ids = [project.pk for project in rows]
    readings = [_reading(values) for rows_ in _in_window(ids, periods) for values in rows_.values(*_COLUMNS)]
    asked = decisions_needed(at, ids) if periods.ends else DecisionNeeded.objects.none()
    return PortfolioState(at, today, organisation, rows, periods, readings, list(asked))


_COLUMNS = ("project_id", "as_of", "overall", *FIGURES)


def _in_window(ids: Sequence[int], periods: Periods) -> list[QuerySet[Any]]:
    """What stood at the end of the first period, and every report since, oldest first."""
    if not periods.ends:
        return []
    first, last = periods.ends[0], periods.ends[-1]
    since = published_until(last, ids).filter(as_of__gt=first).order_by("as_of", "id")
    return [latest_at(first, ids), since]


def _reading(values: Mapping[str, Any]) -> Reading:
    figures = {name: values[name] for name in FIGURES}
    return Reading(project=values["project_id"], as_of=values["as_of"], overall=values["overall"], **figures)
