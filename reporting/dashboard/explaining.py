"""Every figure of the portfolio home with what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from pmo.kernel.errors import Invalid, NotVisible
from pmo.organisation.queries import day_of
from pmo.ui import formats
from pmo.ui.explaining import FIGURES, Asked, Figure, Reasons, Shown
from pmo.ui.figures import Chart
from portfolio.status.queries import decisions_needed
from reporting.dashboard import reasons, rules
from reporting.dashboard.panels import charts, trends
from reporting.dashboard.panels.attention import one_list
from reporting.dashboard.panels.figures import kpi
from reporting.dashboard.parts import Part, find_portfolio, find_programme, find_unit
from reporting.dashboard.queries import PortfolioState, periods_of
from reporting.dashboard.reasons import Home

FINDERS: Mapping[str, Callable[[Asked], Part | None]] = {
    "portfolio": lambda asked: find_portfolio(asked.text("portfolio").replace("\x00", ""), asked.user),
    "programme": lambda asked: find_programme(asked.text("programme").replace("\x00", ""), asked.user),
    "unit": lambda asked: find_unit(asked.key("unit"), asked.user),
}
PARAMETERS = ("at", *FINDERS)


def find_home(asked: Asked) -> Home:
    """The home that the address names, at its business date."""
    named = [kind for kind in FINDERS if asked.text(kind)]
    if len(named) > 1:
        raise Invalid({named[1]: [_("Name one portfolio, programme or unit, not several.")]})
    part = FINDERS[named[0]](asked) if named else Part()
    if part is None:
        raise NotVisible(_("This does not exist, or you may not see it."))
    today = day_of(asked.organisation)
    at = asked.day("at", today)
    periods = periods_of(part.projects(asked.user), at)
    return Home(part, part.state(asked.user, asked.organisation, at, today, periods))


# --- values: the very blocks of the page ----------------------------------------------------------------------------
def kpi_shown(slug: str, home: Home) -> Shown:
    found = kpi(slug, home.state)
    return Shown(found.plain, found.words)


def list_shown(slug: str, home: Home) -> Shown:
    found = one_list(slug, home.state)
    return Shown(found.count, formats.number(found.count))


def chart_of(slug: str, home: Home) -> Chart:
    found = [*charts(home.state, ""), *trends(home.state)]
    chart = next((each for each in found if each.slug == slug), None)
    if chart is None:
        raise NotVisible(_("There are too few figures to draw this picture."))
    return chart


def chart_shown(slug: str, home: Home) -> Shown:
    chart = chart_of(slug, home)
    return Shown(chart.sentence, chart.sentence)


def chart_reasons(slug: str, asked: Asked, home: Home) -> Reasons:
    return reasons.picture(asked, home, chart_of(slug, home))


# --- declaring ------------------------------------------------------------------------------------------------------
def _figure(slug: str, compute: Callable[..., Shown], **told: Any) -> Figure:
    shown: Callable[[Any], Shown] = partial(compute, slug)
    return Figure(slug, may="dashboard.view", parameters=PARAMETERS, find=find_home, compute=shown, **told)


def _picture(slug: str, **told: Any) -> Figure:
    return _figure(slug, chart_shown, explain=partial(chart_reasons, slug), **told)


def offer() -> None:
    """Called once, when the app is ready."""
    FIGURES.add(*_key_figures(), *_punctuality(), *_lists(), *_pictures())


def _key_figures() -> list[Figure]:
    return [
        _figure(
            "open-projects",
            kpi_shown,
            name=lazy("Open projects"),
            meaning=lazy(
                "Projects that are being run or on hold. Where reports come as snapshots: those in the last one."
            ),
            formula=lazy("the number of projects that are active or on hold"),
            source=PortfolioState,
            explain=reasons.open_projects,
        ),
        _figure(
            "off-track",
            kpi_shown,
            name=lazy("Off track"),
            meaning=lazy(
                "Open projects that cannot meet a baseline without a decision, as their last report declares."
            ),
            formula=lazy("the number of open projects whose last published overall status is red or Amber/Red"),
            source=rules.distribution,
            explain=reasons.off_track,
            terms=("off-track", "rag", "delivery-confidence"),
        ),
        _figure(
            "whole-life-cost",
            kpi_shown,
            name=lazy("Whole-life cost"),
            meaning=lazy("What all open projects together cost from start to end."),
            formula=lazy("the sum of the whole-life costs in one currency; what is missing is not zero"),
            source=rules.amount,
            explain=reasons.whole_life_cost,
            terms=("whole-life-cost", "exempt"),
        ),
        _figure(
            "year-forecast",
            kpi_shown,
            name=lazy("Forecast of the year"),
            meaning=lazy(
                "What all open projects together expect to spend in the year, and how far that is from the budget."
            ),
            formula=lazy(
                "the sum of the forecasts of the year in one currency; "
                "on budget = (forecast − budget) ÷ budget over projects that have both"
            ),
            source=rules.amount,
            explain=reasons.year_forecast,
            terms=("forecast", "overrun"),
        ),
    ]


def _punctuality() -> list[Figure]:
    return [
        _figure(
            "finish-on-baseline",
            kpi_shown,
            name=lazy("Finish on baseline"),
            meaning=lazy("Open projects that finish on their baseline or before, of those that have both dates."),
            formula=lazy("the number of projects with a slip of zero days or less"),
            source=rules.on_baseline,
            explain=reasons.finish_on_baseline,
            terms=("baseline", "slip"),
        ),
        _figure(
            "reports-on-time",
            kpi_shown,
            name=lazy("Reports on time"),
            meaning=lazy("Projects whose report is not late, of those that owe reports. Known for today only."),
            formula=lazy("projects that owe reports − projects whose report is late"),
            source=PortfolioState,
            explain=reasons.reports_on_time,
            terms=("late-report", "cadence"),
        ),
    ]


def _lists() -> list[Figure]:
    return [
        _figure(
            "decisions-needed",
            list_shown,
            name=lazy("Decisions needed"),
            meaning=lazy("Decisions for which the published reports in force ask."),
            formula=lazy("the number of decisions in the last published report of each project"),
            source=decisions_needed,
            explain=reasons.decisions_needed,
        ),
        _figure(
            "turned-red",
            list_shown,
            name=lazy("Turned red"),
            meaning=lazy("Projects that are off track now and were not at the end of the period before."),
            formula=lazy("off track now, and reported as something else at the end of the period before"),
            source=rules.worsened,
            explain=reasons.turned_red,
            terms=("off-track",),
        ),
        _figure(
            "finish-moved",
            list_shown,
            name=lazy("Finish moved later"),
            meaning=lazy("Projects whose forecast finish is later than at the end of the period before."),
            formula=lazy("days = forecast finish now − forecast finish then, where that is more than zero"),
            source=rules.finish_moves,
            explain=reasons.finish_moved,
            terms=("slip",),
        ),
        _figure(
            "reports-late",
            list_shown,
            name=lazy("Reports late"),
            meaning=lazy("Projects whose report is due, past its days of grace, and not handed in."),
            formula=lazy("today > due date + days of grace, and no report waits for its check"),
            source=PortfolioState,
            explain=reasons.reports_late,
            terms=("late-report", "cadence"),
        ),
        _figure(
            "declared-better",
            list_shown,
            name=lazy("Declared better than computed"),
            meaning=lazy("Projects that declare schedule or cost better than their dates and money say."),
            formula=lazy("the severity of the computed value is above that of the declared one"),
            source=rules.rosier,
            explain=reasons.declared_better,
            terms=("computed-health", "rag"),
        ),
    ]


def _pictures() -> list[Figure]:
    return [
        _picture(
            "chart-status",
            name=lazy("Status by period"),
            meaning=lazy("How many projects stood in each band at the end of each period."),
            formula=lazy("for each project the latest published report up to the end of the period, counted by band"),
            source=rules.distribution,
            terms=("rag", "business-date"),
        ),
        _picture(
            "chart-money",
            name=lazy("Money of the year by unit"),
            meaning=lazy("Budget and forecast of the year of the projects of each unit that have both."),
            formula=lazy("over = (forecast − budget) ÷ budget, of the sums of each unit"),
            source=rules.grouped,
            terms=("overrun", "forecast"),
        ),
        _picture(
            "chart-slips",
            name=lazy("Slipped end dates"),
            meaning=lazy("Projects that finish after their baseline, the longest slip first."),
            formula=lazy("slip = finish − baseline finish, in calendar days, where that is more than zero"),
            source=rules.slipped,
            terms=("slip", "baseline"),
        ),
        _picture(
            "chart-position",
            name=lazy("Late and over budget"),
            meaning=lazy(
                "Each project by its slip and its overrun; beyond both limits it is late and over budget at once."
            ),
            formula=lazy("across: slip in days; up: (forecast − budget) ÷ budget"),
            source=rules.positions,
            terms=("slip", "overrun"),
        ),
        _picture(
            "chart-course",
            name=lazy("Budget and forecast of the year"),
            meaning=lazy("How the sums of budget and forecast moved from period to period."),
            formula=lazy("the sums over the projects that had both at the end of the period"),
            source=rules.money_series,
            terms=("forecast",),
        ),
    ]
