"""One project in a minute: why, what is asked, money, dates, what is next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from pmo.kernel import rag
from pmo.ui import formats, words
from reporting.packs.panels import wording
from reporting.packs.rules import excerpts
from reporting.packs.rules.edition import Edition
from reporting.packs.rules.figures import DimensionFigures, ProjectFigures

LEAD, NARRATIVE, ITEM, COMMENT = 420, 1500, 160, 200
ITEMS = 6


def page_of(project: ProjectFigures, edition: Edition) -> dict[str, Any]:
    why = excerpts.excerpt(project.summary, LEAD)
    rest = excerpts.excerpt(why.rest, NARRATIVE)
    return {
        "project": project,
        "status": wording.status(project.overall),
        "meta": _meta(project),
        "details": _details(project) if edition.design.custom_fields else [],
        "why": why.text,
        "rest": rest.text,
        "cut": rest.cut,
        "decisions": [_asked(decision) for decision in project.decisions],
        "figures": _figures(project, edition),
        "dimensions": _dimensions(project),
        "quiet": _quiet(project),
        "strip": wording.strip(project.strip) if len(project.strip) > 1 else None,
        "done": _items(project.achievements),
        "next": _items(project.next_steps),
    }


def _details(project: ProjectFigures) -> list[tuple[str, str]]:
    return [(label, excerpts.excerpt(value, ITEM).text) for label, value in project.details]


def _meta(project: ProjectFigures) -> str:
    parts = [
        project.code,
        project.programme,
        project.unit,
        _("Sponsor %(name)s") % {"name": project.sponsor} if project.sponsor else "",
        _("Manager %(name)s") % {"name": project.manager} if project.manager else _("No manager named"),
        project.phase,
        _("Report of %(day)s") % {"day": wording.day(project.reported_on)} if project.reported_on else _("No report"),
    ]
    return " · ".join(part.replace(" ", formats.NBSP) for part in parts if part)


def _asked(decision: Any) -> dict[str, str]:
    return {
        "text": excerpts.excerpt(decision.text, 240).text,
        "who": decision.asked_of,
        "by": wording.day(decision.needed_by),
        "recommendation": excerpts.excerpt(decision.recommendation, 240).text,
    }


def _figures(project: ProjectFigures, edition: Edition) -> list[dict[str, str]]:
    """Six figures, each with what the last pack said when that differs."""
    earlier = edition.previous.by_id.get(project.id) if edition.previous else None
    before = _earlier_values(earlier, edition) if earlier else {}
    return [
        {
            "label": label,
            "value": value,
            "before": before[label] if before.get(label, value) not in (value, wording.DASH) else "",
        }
        for label, value in _values(project, edition)
    ]


def _earlier_values(earlier: ProjectFigures, edition: Edition) -> dict[str, str]:
    """What the last pack said; budget and forecast only when they were of the same year."""
    if edition.previous and edition.previous.fiscal_year != edition.figures.fiscal_year:
        earlier = replace(earlier, budget=None, forecast=None)
    return dict(_values(earlier, edition))


def _values(project: ProjectFigures, edition: Edition) -> list[tuple[str, str]]:
    currency = edition.figures.currency
    unit = {"unit": wording.amount_unit(currency)}
    finish = wording.short_day(project.finish_forecast) or wording.absent(project, "finish_forecast")
    baseline = wording.short_day(project.finish_baseline) or wording.absent(project, "finish_baseline")
    return [
        (_("Whole-life cost, %(unit)s") % unit, wording.figure(project, "whole_life_cost", currency)),
        (_("Budget, %(unit)s") % unit, wording.figure(project, "budget", currency)),
        (_("Forecast, %(unit)s") % unit, wording.figure(project, "forecast", currency)),
        (_("± budget, %"), wording.percent(project.difference_percent)),
        (_("Baseline finish"), baseline),
        (_("Forecast finish"), finish),
    ]


def _given(project: ProjectFigures) -> list[tuple[str, DimensionFigures]]:
    return [
        (name, project.dimensions[name])
        for name in rag.DIMENSIONS
        if name in project.dimensions and project.dimensions[name].value
    ]


def _is_quiet(dimension: DimensionFigures) -> bool:
    """On track as before and without a word about it: not worth a row."""
    return dimension.value == rag.GREEN and dimension.trend == "same" and not dimension.comment


def _quiet(project: ProjectFigures) -> str:
    """The dimensions of which there is nothing to tell, in one line."""
    names = [str(words.DIMENSIONS[name]) for name, dimension in _given(project) if _is_quiet(dimension)]
    return _("On track as before: %(names)s") % {"names": ", ".join(names)} if names else ""


def _dimensions(project: ProjectFigures) -> list[dict[str, Any]]:
    given = [(name, dimension) for name, dimension in _given(project) if not _is_quiet(dimension)]
    return [
        {
            "name": words.DIMENSIONS[name],
            "status": wording.status(dimension.value),
            "trend": {"up": "↑", "down": "↓"}.get(dimension.trend, "→"),
            "trend_word": words.TRENDS.get(dimension.trend, ""),
            "comment": excerpts.excerpt(dimension.comment, COMMENT).text,
        }
        for name, dimension in given
    ]


def _items(lines: tuple[str, ...]) -> list[str]:
    return [excerpts.excerpt(line, ITEM).text for line in lines[:ITEMS]]
