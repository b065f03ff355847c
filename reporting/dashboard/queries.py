"""The one source of every figure on the portfolio home: a constant number of queries for any number of projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Case, F, QuerySet, Value, When, Window
from django.db.models.functions import Lag

from pmo.kernel import rag
from pmo.kernel.money import change_ratio
from pmo.organisation.models import Organisation
from portfolio.projects.models import Project
from portfolio.projects.offers import PROJECTS
from portfolio.status.content import computed_health
from portfolio.status.models import DecisionNeeded
from portfolio.status.queries import STRIP_LENGTH, decisions_needed, last_reports, latest_at, published_until
from reporting.dashboard import rules
from reporting.dashboard.rules import PeriodEnd, Periods, Reading

MOST_DECISIONS = 50
UNREAD = ("description", "tags", "custom", "status_strip")
UNREAD_OF_REPORTS = tuple(
    f"report__{name}" for name in ("dimensions", "achievements", "next_steps", "commentary", "summary", "proposed")
) + tuple(f"report__project__{name}" for name in ("description", "custom", "status_strip", "status_dimensions"))
FIGURES = ("finish_baseline", "finish_forecast", "whole_life_cost", "budget", "forecast", "currency", "phase")


@dataclass
class PortfolioState:
    """A set of projects at a business date, with its past."""

    at: date
    today: date
    organisation: Organisation
    projects: Sequence[Project]
    periods: Periods
    scope: QuerySet[Any]
    """The keys of the projects, as a statement: thousands of keys cost more to write than to find again."""
    series: Sequence[PeriodEnd] = ()
    decisions: Sequence[DecisionNeeded] = ()
    """The most urgent ones of those asked for."""
    decisions_asked: int = 0

    @cached_property
    def ended(self) -> dict[int, str]:
        """The cadences of projects that have ended: their last report does not stand for ever."""
        return {project.pk: project.cadence for project in self.projects if not project.is_open}

    @cached_property
    def by_id(self) -> dict[int, Project]:
        return {project.pk: project for project in self.projects}

    def at_end(self, end: date) -> dict[int, Reading]:
        """The reading of each project that stood at the end of a period; one query."""
        latest = [_reading(values) for values in latest_at(end, self.scope).values(*_COLUMNS)]
        return rules.standing(latest, end, self.ended, snapshots=self.periods.snapshots)

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
        strips = last_reports(self.at, self.scope, STRIP_LENGTH)
        rows = [_as_it_stood(self.by_id[pk], each, strips.get(pk, []), self.at) for pk, each in self.now.items()]
        return sorted(rows, key=lambda row: (-rag.SEVERITY.get(row.status_overall, 0), -(row.slip_days or 0), row.code))


def _reading_of(project: Project) -> Reading:
    finish = project.finish_actual or project.finish_forecast
    figures = {name: getattr(project, name) for name in FIGURES} | {"finish_forecast": finish}
    return Reading(project=project.pk, as_of=project.status_as_of, overall=project.status_overall, **figures)


def _as_it_stood(project: Project, reading: Reading, strip: Sequence[Any], at: date) -> Any:
    """A copy of the project with the figures of a reading; never saved."""
    row: Any = copy(project)
    for name in FIGURES:
        setattr(row, name, getattr(reading, name))
    row.finish_actual = None
    row.status_overall, row.status_as_of, row.is_late = reading.overall, reading.as_of, False
    row.seen_on, row.phase = at, reading.phase or project.phase
    row.status_strip = [[str(as_of), overall] for as_of, overall, _pk in strip]
    row.overrun = change_ratio(reading.budget, reading.forecast)
    return row


def periods_of(projects: QuerySet[Any], at: date) -> Periods:
    """The periods in which the projects of a queryset were reported; one query."""
    published = published_until(at, projects.order_by().values("pk")).order_by()
    return rules.choose_periods(published.values_list("as_of", flat=True).distinct(), at)


def state_of(
    projects: QuerySet[Any], organisation: Organisation, at: date, today: date, periods: Periods
) -> PortfolioState:
    """The projects of a queryset (cut to its reader already) at a business date, in a constant number of queries."""
    scope = projects.order_by().values("pk")
    state = PortfolioState(at, today, organisation, list(projects), periods, scope)
    asked = decisions_needed(at, scope).defer(*UNREAD_OF_REPORTS) if periods.ends else DecisionNeeded.objects.none()
    state.decisions = list(asked[:MOST_DECISIONS])
    known = len(state.decisions)
    state.decisions_asked = known if known < MOST_DECISIONS else asked.count()
    state.series = course_of(scope, state.ended, periods, organisation.currency)
    return state


def of_today(projects: QuerySet[Any], organisation: Organisation) -> QuerySet[Any]:
    """The projects with what the figures of today need, and nothing that only rows show."""
    late = Case(When(PROJECTS.late(organisation, None), then=Value(True)), default=Value(False))
    rows: QuerySet[Any] = projects.annotate(is_late=late)
    return rows.prefetch_related("unit", "manager").defer(*UNREAD)


_COLUMNS = ("project_id", "as_of", "overall", *FIGURES)


def course_of(scope: QuerySet[Any], ended: Mapping[int, str], periods: Periods, currency: str) -> list[PeriodEnd]:
    """What stood at the end of each period, counted by the database; one query.

    It says what `rules.standing` says of one end: a report stands until the next one, that of a project which has
    ended only as long as its cadence lets it, a snapshot on its own date.
    """
    if not periods.ends:
        return []
    newest_first: dict[str, Any] = {"partition_by": F("project_id"), "order_by": [F("as_of").desc(), F("id").desc()]}
    told = published_until(periods.ends[-1], scope).annotate(until=Window(Lag("as_of"), **newest_first)).order_by()
    inner, values = told.values(*_COUNTED, "until").query.sql_with_params()
    stands = "told.as_of = e.day" if periods.snapshots else "told.as_of <= e.day"
    lives = [rules.life_of(cadence).days for cadence in ended.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            _COURSE.format(told=inner, stands=stands),
            [currency, *values, periods.ends[0], list(periods.ends), list(ended), lives],
        )
        rows = cursor.fetchall()
    return [_period_end(end, [row[1:] for row in rows if row[0] == end]) for end in periods.ends]


def _period_end(end: date, rows: Sequence[Any]) -> PeriodEnd:
    """The rows of one end, a status each, as bands and sums."""
    bands: Counter[str] = Counter()
    for overall, number, *_money in rows:
        bands[rag.band(overall)] += number
    budget, forecast = (sum((row[place] for row in rows if row[place] is not None), Decimal(0)) for place in (2, 3))
    return PeriodEnd(end, dict(bands), budget, forecast, sum(row[4] for row in rows))


_COUNTED = ("project_id", "as_of", "overall", "currency", "budget", "forecast")
_COURSE = """
    WITH told AS (
        SELECT told.*, told.currency = %s AND told.budget IS NOT NULL AND told.forecast IS NOT NULL AS has_both
        FROM ({told}) AS told
        WHERE told.until IS NULL OR told.until > %s
    )
    SELECT e.day, told.overall, count(*),
        sum(told.budget) FILTER (WHERE has_both), sum(told.forecast) FILTER (WHERE has_both),
        count(*) FILTER (WHERE has_both)
    FROM told
    JOIN unnest(%s::date[]) AS e (day) ON {stands} AND (told.until IS NULL OR told.until > e.day)
    LEFT JOIN unnest(%s::bigint[], %s::int[]) AS ended (project, life) ON ended.project = told.project_id
    WHERE ended.life IS NULL OR e.day - told.as_of <= ended.life
    GROUP BY e.day, told.overall
"""


def _reading(values: Mapping[str, Any]) -> Reading:
    figures = {name: values[name] for name in FIGURES}
    return Reading(project=values["project_id"], as_of=values["as_of"], overall=values["overall"], **figures)
