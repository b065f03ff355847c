"""Plants portfolios, programmes and projects from the rows of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, count, cycle, islice
from typing import Any

from pmo.access.models import User
from pmo.kernel.periods import FiscalYear, add_months, fiscal_year, month_end
from pmo.organisation.models import Unit
from portfolio.projects.models import Phase, Portfolio, Programme, Project
from reporting.sample.rules import digital, infrastructure, places
from reporting.sample.rules.custom import values_of
from reporting.sample.rules.dates import HISTORY_MONTHS, due_dates
from reporting.sample.rules.people import Person, sponsor_of
from reporting.sample.rules.portfolios import PORTFOLIOS, PROGRAMMES, ProjectRow
from reporting.sample.rules.stories import STORIES, Moment, moments

METHODS = {"building": "predictive", "procurement": "predictive", "system": "agile", "change": "hybrid"}
CATEGORIES = {"building": "Construction", "procurement": "Procurement", "system": "IT", "change": "Organisation"}
ABSENCE = {"budget": "Not decided yet", "finish_baseline": ""}
JUST_BEGUN = 4
"""Projects that began so many months ago have little to tell, wherever they are."""
DISTRICTS = ("Northgate", "Wendside", "Saltby", "Ashby", "Harrow", "Millrace", "Upper Valley", "Quayside", "Redgate")


@dataclass(frozen=True)
class Planned:
    """A row with its portfolio, its promised dates and its story told until today."""

    row: ProjectRow
    portfolio: str
    start: date
    finish: date
    told: tuple[Moment, ...]

    @property
    def slip(self) -> int:
        return self.told[-1].slip_days if self.told else 0

    def share(self, day: date) -> float:
        """Which part of the planned time has passed."""
        return (day - self.start).days / max(1, (self.finish - self.start).days)

    def budget(self, year: FiscalYear) -> Decimal:
        """The year's part of the whole-life cost, spread evenly over the planned time, in tens of thousands."""
        first, last = max(self.start, year.start), min(self.finish, year.end)
        days = max(0, (last - first).days + 1)
        whole = Decimal(str(self.row.cost)) * 1_000_000
        return Decimal(round(whole * days / ((self.finish - self.start).days + 1) / 10_000) * 10_000)

    def forecast(self, year: FiscalYear, overrun: Decimal) -> Decimal:
        """What the year will cost, in thousands."""
        return Decimal(round(self.budget(year) * (100 + overrun) / 100_000) * 1_000)


ROWS = [
    (code, row)
    for code, module in (("INF", infrastructure), ("DIG", digital), ("SOC", places))
    for row in module.PROJECTS
]
"""The rows of the catalogue with the code of their portfolio."""


def catalogue(size: int | None, people: Sequence[Person], after: int = 0) -> list[tuple[str, ProjectRow]]:
    """So many rows, where `after` are there already; more than there are repeat in other districts."""
    if size is None:
        size = len(ROWS)
    managers = cycle([person.username for person in people if person.role == "project_manager"])
    repeated = ((code, _elsewhere(row, turn, next(managers))) for turn in count(1) for code, row in ROWS)
    return list(islice(chain(ROWS, repeated), _whole_turns(after), _whole_turns(after) + size))


def _whole_turns(projects: int) -> int:
    """The next multiple of the catalogue's length, so that no name of the sample comes twice."""
    return -(-projects // len(ROWS)) * len(ROWS)


def _elsewhere(row: ProjectRow, turn: int, manager: str) -> ProjectRow:
    """The row in another district; what has begun there has run for all the time that reports tell of."""
    district = DISTRICTS[turn % len(DISTRICTS)]
    longer = max(0, HISTORY_MONTHS - row.began) if row.began > JUST_BEGUN else 0
    return replace(
        row,
        name=f"{row.name}, {district} {turn}"[:200],
        short=f"{row.short[:26]} {turn}",
        manager=manager if row.manager else "",
        cost=round(row.cost * (1 + turn % 5 / 10), 1),
        began=row.began + longer,
        lasts=row.lasts + longer,
    )


def plan(portfolio: str, row: ProjectRow, today: date) -> Planned:
    """Dates and story of a row."""
    start = add_months(today, -row.began).replace(day=1)
    story = STORIES[row.story]
    told = moments(story, due_dates(start, today, row.cadence), today, seed=row.name)
    finish = month_end(add_months(start, row.lasts))
    if story.state == "closed" and told:
        finish = told[-1].on - timedelta(days=told[-1].slip_days + 3)
    return Planned(row, portfolio, start, finish, tuple(told))


def plant_portfolios(users: Mapping[str, User], units: Mapping[str, Unit]) -> dict[str, Portfolio]:
    """The portfolios by code; those that are there already stay."""
    found = {each.code: each for each in Portfolio.objects.filter(code__in=[row.code for row in PORTFOLIOS])}
    made = Portfolio.objects.bulk_create(
        Portfolio(
            code=row.code,
            name=row.name,
            description=row.description,
            manager=users[row.manager],
            unit=units[row.unit],
        )
        for row in PORTFOLIOS
        if row.code not in found
    )
    return found | {portfolio.code: portfolio for portfolio in made}


def plant_programmes(users: Mapping[str, User], portfolios: Mapping[str, Portfolio]) -> dict[str, Programme]:
    """The programmes by code; those that are there already stay."""
    found = {each.code: each for each in Programme.objects.filter(code__in=[row.code for row in PROGRAMMES])}
    made = Programme.objects.bulk_create(
        Programme(
            code=row.code,
            name=row.name,
            description=row.description,
            portfolio=portfolios[row.portfolio],
            manager=users[row.manager],
        )
        for row in PROGRAMMES
        if row.code not in found
    )
    return found | {programme.code: programme for programme in made}


def plant_projects(
    codes: Sequence[str],
    plans: Sequence[Planned],
    users: Mapping[str, User],
    units: Mapping[str, Unit],
    portfolios: Mapping[str, Portfolio],
    programmes: Mapping[str, Programme],
    today: date,
) -> list[Project]:
    """One project for each code and plan."""
    return Project.objects.bulk_create(
        (
            Project(
                code=code,
                portfolio=portfolios[planned.portfolio],
                programme=programmes.get(planned.row.programme),
                unit=units[planned.row.unit],
                manager=users.get(planned.row.manager),
                sponsor=users[sponsor_of(planned.row.unit)],
                custom=values_of(number, planned.row, planned.start),
                **_texts(planned, today),
                **_dates(planned, today),
                **_money(planned, today),
            )
            for number, (code, planned) in enumerate(zip(codes, plans, strict=True), start=1)
        ),
        batch_size=500,
    )


def _texts(planned: Planned, today: date) -> dict[str, Any]:
    row = planned.row
    return {
        "name": row.name,
        "short_name": row.short,
        "description": f"{row.name}. {CATEGORIES[row.work]} for {row.thing}.",
        "investment_class": row.kind,
        "category": CATEGORIES[row.work],
        "method": METHODS[row.work],
        "phase": phase_at(planned, today),
        "state": STORIES[row.story].state,
        "tags": list(row.tags),
        "confidential": row.confidential,
        "cadence": row.cadence,
        "report_due_on": today - timedelta(days=9) if row.story == "silent" else None,
    }


def phase_at(planned: Planned, day: date) -> str:
    """The phase that fits the share of time passed."""
    if STORIES[planned.row.story].state == "closed" and day >= planned.told[-1].on:
        return Phase.CLOSE
    share = planned.share(day)
    return Phase.CHARTER if share < 0.08 else Phase.PLAN if share < 0.28 else Phase.DELIVER


def _dates(planned: Planned, today: date) -> dict[str, Any]:
    ended = STORIES[planned.row.story].state == "closed"
    forecast = planned.finish + timedelta(days=planned.slip)
    return {
        "start_baseline": planned.start,
        "start_forecast": planned.start,
        "start_actual": planned.start + timedelta(days=len(planned.row.name) % 12),
        "finish_baseline": None if "finish_baseline" in planned.row.lacks else planned.finish,
        "finish_forecast": forecast,
        "finish_actual": forecast if ended else None,
    }


def _money(planned: Planned, today: date) -> dict[str, Any]:
    year = fiscal_year(today, 1)
    lacks_budget = "budget" in planned.row.lacks
    overrun = planned.told[-1].overrun if planned.told else Decimal(0)
    return {
        "currency": "EUR",
        "whole_life_cost": Decimal(str(planned.row.cost)) * 1_000_000,
        "budget": None if lacks_budget else planned.budget(year),
        "forecast": planned.forecast(year, overrun),
        "fiscal_year": year.label,
        "absent": {"budget": ABSENCE["budget"]} if lacks_budget else {},
    }
