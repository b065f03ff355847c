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
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import Lag

from pmo.access.models import User
from pmo.kernel import rag
from pmo.kernel.money import change_ratio, common_currency
from pmo.organisation.models import Organisation
from portfolio.projects.models import Project
from portfolio.projects.queries import listed
from portfolio.status.models import DecisionNeeded
from portfolio.status.queries import STRIP_LENGTH, decisions_needed, last_reports, latest_at, published_until
from reporting.dashboard import rules
from reporting.dashboard.briefs import Brief, briefs_of
from reporting.dashboard.rules import PeriodEnd, Periods, Reading

MOST_DECISIONS = 50
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
    projects: Sequence[Brief]
    periods: Periods
    within: QuerySet[Any]
    """The projects as a queryset, for rows that are shown with more than their brief."""
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
    def by_id(self) -> dict[int, Brief]:
        return {project.pk: project for project in self.projects}

    def at_end(self, end: date) -> dict[int, Reading]:
        """The reading of each project that stood at the end of a period; one query."""
        latest = map(Reading._make, latest_at(end, self.scope).values_list(*_COLUMNS))
        return rules.standing(latest, end, self.ended, snapshots=self.periods.snapshots)

    @cached_property
    def currency(self) -> str:
        """In which the money of the set is summed, as its packs do."""
        return common_currency((project.currency for project in self.projects), self.organisation.currency)

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
    def late(self) -> list[Brief]:
        """Projects whose report is overdue today, longest first; known for today only."""
        owing = [project for project in self.projects if project.is_late] if self.at >= self.today else []
        return sorted(owing, key=lambda project: project.report_due_on or self.at)

    @cached_property
    def reporting(self) -> int:
        """How many of the projects owe reports."""
        return sum(project.owes_reports for project in self.projects)

    @cached_property
    def rosier(self) -> list[rules.Rosier]:
        """Dimensions declared better than computed; for today's figures only."""
        found: list[rules.Rosier] = []
        limits = self.organisation.limits
        for project in self.projects if self.is_live else ():
            computed = {name: each.value for name, each in project.computed(limits).items()}
            found += rules.rosier(project.pk, project.declared, computed)[:1]
        return sorted(found, key=lambda each: -rag.SEVERITY[each.computed])

    @cached_property
    def worst_first(self) -> list[int]:
        """The keys of the projects that stood at the business date, in the order of a table of the past."""

        def place(pk: int) -> tuple[int, int, str]:
            reading = self.now[pk]
            return (-rag.SEVERITY.get(reading.overall, 0), -(reading.slip_days or 0), self.by_id[pk].code)

        return sorted(self.now, key=place)

    def rows(self, keys: Sequence[int]) -> list[Any]:
        """Some of the projects as they stood at the business date."""
        strips = last_reports(self.at, keys, STRIP_LENGTH)
        return [
            _as_it_stood(project, self.now[project.pk], strips.get(project.pk, []), self.at)
            for project in self.whole(keys)
        ]

    def whole(self, keys: Sequence[int]) -> list[Any]:
        """Some of the projects with everything that a row shows, in the order of the keys; one query."""
        found = {each.pk: each for each in listed(self.within, self.organisation).filter(pk__in=keys)}
        return [found[pk] for pk in keys]

    def managers_of(self, projects: Sequence[Brief]) -> dict[int, User]:
        """The managers of some of the projects, by project; one query."""
        people = User.objects.in_bulk({project.manager_id for project in projects} - {None})
        return {project.pk: people[project.manager_id] for project in projects if project.manager_id in people}


def _reading_of(project: Brief) -> Reading:
    return Reading(
        project.pk,
        project.status_as_of,
        project.status_overall,
        project.finish_baseline,
        project.finish,
        project.whole_life_cost,
        project.budget,
        project.forecast,
        project.currency,
        project.phase,
    )


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
    state = PortfolioState(at, today, organisation, briefs_of(projects, organisation), periods, projects, scope)
    asked: QuerySet[Any] = decisions_needed(at, scope) if periods.ends else DecisionNeeded.objects.none()
    counted = asked.defer(*UNREAD_OF_REPORTS).annotate(asked=Window(Count("pk")))
    found: list[Any] = list(counted[:MOST_DECISIONS])
    state.decisions, state.decisions_asked = found, found[0].asked if found else 0
    state.series = course_of(scope, state.ended, periods, state.currency)
    return state


_COLUMNS = ("project_id", "as_of", "overall", *FIGURES)


def course_of(scope: QuerySet[Any], ended: Mapping[int, str], periods: Periods, currency: str) -> list[PeriodEnd]:
    """What stood at the end of each period, counted by the database; one query.

    It says what `rules.standing` says of one end: a report stands until the next one, that of a project which has
    ended only as long as its cadence lets it, a snapshot on its own date. Each report so spans a run of ends; those
    with the same run are counted together.
    """
    if not periods.ends:
        return []
    newest_first: dict[str, Any] = {"partition_by": F("project_id"), "order_by": [F("as_of").desc(), F("id").desc()]}
    told = published_until(periods.ends[-1], scope).annotate(until=Window(Lag("as_of"), **newest_first)).order_by()
    inner, values = told.values(*_COUNTED, "until").query.sql_with_params()
    lives = [rules.life_of(cadence).days for cadence in ended.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            _COURSE.format(told=inner, past=_PAST[periods.snapshots]),
            [list(periods.ends), currency, *values, list(ended), lives],
        )
        rows = cursor.fetchall()
    return [
        _period_end(end, [row[2:] for row in rows if row[0] <= place < row[1]])
        for place, end in enumerate(periods.ends)
    ]


def _period_end(end: date, rows: Sequence[Any]) -> PeriodEnd:
    """The rows of one end as bands and sums."""
    bands: Counter[str] = Counter()
    for overall, number, *_money in rows:
        bands[rag.band(overall)] += number
    budget, forecast = (sum((row[place] for row in rows if row[place] is not None), Decimal(0)) for place in (2, 3))
    return PeriodEnd(end, dict(bands), budget, forecast, sum(row[4] for row in rows))


_COUNTED = ("project_id", "as_of", "overall", "currency", "budget", "forecast")
_PAST = {
    True: "width_bucket(told.as_of, ends.days)",
    False: """least(
            CASE WHEN told.until IS NULL THEN cardinality(ends.days) ELSE width_bucket(told.until - 1, ends.days) END,
            CASE WHEN ended.life IS NOT NULL THEN width_bucket(told.as_of + ended.life, ends.days) END)""",
}
"""The place after the last end at which a report stood, for snapshots and for reports that stand on."""
_COURSE = """
    WITH ends AS (SELECT %s::date[] AS days), spans AS (
        SELECT told.overall, told.budget, told.forecast,
            told.currency = %s AND told.budget IS NOT NULL AND told.forecast IS NOT NULL AS has_both,
            width_bucket(told.as_of - 1, ends.days) AS first, {past} AS past
        FROM ({told}) AS told
        CROSS JOIN ends
        LEFT JOIN unnest(%s::bigint[], %s::int[]) AS ended (project, life) ON ended.project = told.project_id
    )
    SELECT first, past, overall, count(*),
        sum(budget) FILTER (WHERE has_both), sum(forecast) FILTER (WHERE has_both), count(*) FILTER (WHERE has_both)
    FROM spans
    WHERE first < past
    GROUP BY first, past, overall
"""
