"""Two statistical pictures: who is late and over budget at once, and how the money of the year has moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.ui import charts, formats, words
from pmo.ui.charts import Axis
from pmo.ui.figures import Chart
from reporting.dashboard import rules
from reporting.dashboard.panels.wording import period_name
from reporting.dashboard.queries import PortfolioState

MILLION = Decimal(1_000_000)
FEWEST_POINTS = 2
LABELLED = 3
MOST_POINTS, MOST_ROWS = 1000, 100
"""The farthest are drawn and listed; more points than that cover each other, and every row is one click away."""
Moment = tuple[date, Decimal, Decimal, int]


def trends(state: PortfolioState) -> list[Chart]:
    """The pictures that have enough data to say something."""
    found = (_position_chart(state), _course_chart(state))
    return [chart for chart in found if chart is not None]


def _position_chart(state: PortfolioState) -> Chart | None:
    places = rules.positions(state.now.values(), state.currency)
    if len(places) < FEWEST_POINTS:
        return None
    key = charts.ask(_position_spec(state, places))
    heads = [_("Project"), _("Status"), _("Slip, days"), _("Over budget"), _("Whole-life cost")]
    rows = [
        [
            state.by_id[each.project].label,
            words.BANDS[each.band],
            formats.number(each.slip, sign=True),
            formats.percent(each.overrun / 100, 1, sign=True),
            formats.money(each.cost or None, state.currency, "m"),
        ]
        for each in places[:MOST_ROWS]
    ]
    said = position_sentence(state, places)
    return Chart("chart-position", _("Late and over budget"), said, heads=heads, rows=rows, key=key)


def _position_spec(state: PortfolioState, places: Sequence[rules.Position]) -> dict[str, object]:
    limits = state.organisation.limits
    rows = [
        {
            "name": state.by_id[each.project].label,
            "label": state.by_id[each.project].label if place < LABELLED and each.is_both(limits) else "",
            "band": each.band,
            "slip": each.slip,
            "over": round(float(each.overrun), 1),
            "cost": round(float(each.cost / MILLION), 1),
        }
        for place, each in enumerate(places[:MOST_POINTS])
    ]
    bands = {band: str(words.BANDS[band]) for band in charts.STATUS_FILLS if any(row["band"] == band for row in rows)}
    known = [row for row in rows if row["band"] in bands]
    cost = _("Whole-life cost, %(unit)s") % {"unit": unit_of(state)}
    return charts.scatter(
        known,
        Axis("slip", _("Days after the baseline"), limits.slip_amber_days),
        Axis("over", _("Over the budget of the year, %"), float(limits.cost_amber_percent)),
        size=("cost", cost),
        bands=bands,
    )


def position_sentence(state: PortfolioState, places: Sequence[rules.Position]) -> str:
    """How many are both late and over budget beyond the limits, and which is farthest."""
    both = [each for each in places if each.is_both(state.organisation.limits)]
    facts: dict[str, object] = {"n": len(both), "of": len(places)}
    if not both:
        return _("No project is both late and over budget beyond the limits; %(of)s have both figures.") % facts
    worst = both[0]
    facts |= {
        "name": state.by_id[worst.project].label,
        "days": formats.number(worst.slip),
        "over": formats.percent(worst.overrun / 100, 1, sign=True),
    }
    return (
        ngettext(
            "%(n)s of %(of)s projects is both late and over budget beyond the limits: "
            "%(name)s, by %(days)s days and %(over)s.",
            "%(n)s of %(of)s projects are both late and over budget beyond the limits, "
            "the farthest %(name)s, by %(days)s days and %(over)s.",
            len(both),
        )
        % facts
    )


def _course_chart(state: PortfolioState) -> Chart | None:
    course = rules.money_series(state.series)
    if len(course) < FEWEST_POINTS:
        return None
    names = (_("Budget"), _("Forecast"))
    values = [
        {"end": end.isoformat(), "series": name, "amount": round(float(amount / MILLION), 2)}
        for end, *amounts, _counted in course
        for name, amount in zip(names, amounts, strict=True)
    ]
    key = charts.ask(charts.lines(values, "end", "amount", "series", unit=unit_of(state)))
    unit = {"unit": unit_of(state)}
    heads = [_("Period"), _("Budget, %(unit)s") % unit, _("Forecast, %(unit)s") % unit, _("Projects")]
    rows = [
        [
            period_name(end, snapshots=state.periods.snapshots),
            formats.scaled(budget, "m"),
            formats.scaled(forecast, "m"),
            count,
        ]
        for end, budget, forecast, count in course
    ]
    said = course_sentence(course, state.currency)
    return Chart("chart-course", _("Budget and forecast of the year"), said, heads=heads, rows=rows, key=key)


def unit_of(state: PortfolioState) -> str:
    return formats.unit_of(state.currency, "m")


def course_sentence(course: Sequence[Moment], currency: str) -> str:
    """How far the forecast is from the budget now, and was at the first period."""
    (_first, old_budget, old_forecast, _n), (_last, budget, forecast, counted) = course[0], course[-1]
    facts = {
        "gap": formats.money(forecast - budget, currency, "m", sign=True),
        "before": formats.money(old_forecast - old_budget, currency, "m", sign=True),
        "n": counted,
    }
    return (
        ngettext(
            "The forecast of %(n)s project differs from its budget by %(gap)s; "
            "at the first period shown it was %(before)s.",
            "The forecast of %(n)s projects differs from their budget by %(gap)s; "
            "at the first period shown it was %(before)s.",
            counted,
        )
        % facts
    )
