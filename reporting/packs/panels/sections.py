"""What each section of the pack hands to its template."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from reporting.packs.offers import PackSection
from reporting.packs.panels import glossary, healthtable, introduction, onepager, sentences, tables
from reporting.packs.panels.wording import amount_unit
from reporting.packs.rules import design, health, kpis, money, quality, slips
from reporting.packs.rules.edition import Edition

DECISIONS_ON_SUMMARY = 6
ROOM = 11
OVERRUNS = 14
SLIPS_SHOWN = 16
MOVES_SHOWN = 10
Context = dict[str, Any]


def summary(edition: Edition) -> Context:
    figures = edition.figures
    asked = tables.decisions(figures)
    return {
        "lead": sentences.joined(sentences.attention(figures), sentences.cause(figures), sentences.cut(figures)),
        "kpis": [glossary.kpi(kpi, figures) for kpi in kpis.kpis(figures, edition.previous)],
        "status_alt": tables.tally_words(figures),
        "three": [
            (_("Money."), sentences.joined(sentences.budget(figures), sentences.moved_forecast(edition))),
            (_("Time."), sentences.joined(sentences.time(edition), sentences.slipped_further(edition))),
            (_("Change."), sentences.joined(sentences.moves(edition.changes), sentences.late_reports(figures))),
        ],
        "decisions": asked[:DECISIONS_ON_SUMMARY],
        "asked": len(asked),
        "further": len(asked) - DECISIONS_ON_SUMMARY,
        "worst": [tables.trouble(project) for project in health.attention(figures)[: _room_beside(len(asked))]],
    }


def _room_beside(asked: int) -> int:
    """How many projects still fit on the summary page beside its decisions."""
    return max(ROOM - 3 * min(asked, DECISIONS_ON_SUMMARY) // 2, 0)


def changed(edition: Edition) -> Context:
    found = edition.changes
    assert found is not None
    return {
        "lead": sentences.joined(sentences.moves(found), sentences.moved_forecast(edition)),
        "then": found.since,
        "now": edition.figures.at,
        "health": [
            (heading, [tables.health_move(move) for move in moves])
            for heading, moves in (
                (_("Worse"), found.worse),
                (_("Better or finished"), found.better),
                (_("Status otherwise changed"), found.otherwise),
            )
            if moves
        ],
        "amounts": [
            (heading, *tables.amount_moves(moves, MOVES_SHOWN))
            for heading, moves in (
                (_("Forecast of the year"), found.reforecast),
                (_("Budget of the year"), found.rebudgeted),
                (_("Whole-life cost"), found.revalued),
            )
            if any(map(tables.is_visible, moves))
        ],
        "dates": [
            (heading, [tables.date_move(move) for move in moves[:MOVES_SHOWN]], len(moves) - MOVES_SHOWN)
            for heading, moves in (
                (_("Forecast finish"), found.redated),
                (_("Baseline finish"), found.rebaselined),
            )
            if moves
        ],
        "comings": tables.comings(found),
        "fates": [tables.fate(fate) for fate in found.decisions if fate.outcome != "open"],
        "still_asked": sentences.still_asked(found),
        "unit": amount_unit(edition.figures.currency),
    }


def health_table(edition: Edition) -> Context:
    figures = edition.figures
    columns = healthtable.columns(figures)
    return {
        "lead": sentences.joined(
            sentences.attention(figures), sentences.long_red(figures), sentences.late_reports(figures)
        ),
        "columns": columns,
        "bands": healthtable.bands(figures, columns),
        "unit": amount_unit(figures.currency),
    }


def cost(edition: Edition) -> Context:
    figures = edition.figures
    lines, axis = money.breakdown(figures), money.breakdown_axis(figures)
    return {
        "lead": sentences.joined(sentences.budget(figures), sentences.cause(figures)),
        "axis": _("Programme") if axis == "programme" else _("Unit"),
        "lines": [tables.money_line(line, tables.limit(lines), axis) for line in lines],
        "whole": tables.money_line(money.whole(figures), tables.limit(lines), axis),
        "overruns": [tables.overrun(project) for project in money.overruns(figures)[: max(OVERRUNS - len(lines), 4)]],
        "completeness": sentences.completeness(figures),
        "chart_alt": tables.chart_words(lines, figures),
        "unit": amount_unit(figures.currency),
    }


def schedule(edition: Edition) -> Context:
    found = slips.slips(edition.figures, edition.previous)
    return {
        "lead": sentences.joined(sentences.time(edition), sentences.slipped_further(edition)),
        "slips": [tables.slip(slip, slips.longest(found)) for slip in found[:SLIPS_SHOWN]],
        "further": max(len(found) - SLIPS_SHOWN, 0),
        "longest": slips.longest(found),
        "then": edition.previous.at if edition.previous else None,
    }


def opening(edition: Edition) -> Context:
    return {"text": introduction.html(edition)}


def one_pagers(edition: Edition) -> Context:
    chosen, further = design.one_pagers(edition.figures, edition.design)
    return {
        "lead": sentences.one_pagers(edition.design.one_pagers, len(chosen), further),
        "projects": [onepager.page_of(project, edition) for project in chosen],
        "unit": amount_unit(edition.figures.currency),
    }


def data_quality(edition: Edition) -> Context:
    figures = edition.figures
    checks = quality.checks(figures)
    return {
        "lead": sentences.joined(
            sentences.late_reports(figures), sentences.completeness(figures), sentences.cut(figures)
        ),
        "checks": [tables.check(check) for check in checks],
        "withheld": any(check.withheld for check in checks),
        "sha256": edition.sha256,
        "previous": edition.previous,
    }


def definitions(edition: Edition) -> Context:
    return {"terms": glossary.definitions(edition.figures)}


def _has_past(edition: Edition) -> bool:
    return edition.previous is not None


def _has_projects(edition: Edition) -> bool:
    return bool(edition.figures.projects)


def _has_introduction(edition: Edition) -> bool:
    return bool(edition.design.introduction)


def _has_one_pagers(edition: Edition) -> bool:
    return bool(design.one_pagers(edition.figures, edition.design)[0])


def _projects_heading(edition: Edition) -> str:
    return {
        design.RED: _("Red projects"),
        design.CHOSEN: _("Projects in one page each"),
    }.get(edition.design.one_pagers, _("Red and amber projects"))


SHIPPED: tuple[PackSection, ...] = (
    PackSection(
        "introduction",
        lazy("Introduction"),
        lazy("Who this pack is for, and how to use it"),
        "pdf/pack/introduction.html",
        opening,
        5,
        _has_introduction,
    ),
    PackSection(
        "summary",
        lazy("Summary"),
        lazy("Six figures, three sentences, the decisions needed: read this page if you read one"),
        "pdf/pack/summary.html",
        summary,
        10,
        css_class="summary",
    ),
    PackSection(
        "changes",
        lazy("What changed"),
        lazy("Health, money, dates and scope since the last pack, and what became of its decisions"),
        "pdf/pack/changes.html",
        changed,
        20,
        _has_past,
    ),
    PackSection(
        "health",
        lazy("Health of all projects"),
        lazy("Every project worst first, with its dimensions and its last reports"),
        "pdf/pack/health.html",
        health_table,
        30,
        _has_projects,
        css_class="wide",
    ),
    PackSection(
        "money",
        lazy("Budget and forecast"),
        lazy("Where the year's money goes, and which projects cause the difference"),
        "pdf/pack/money.html",
        cost,
        40,
        _has_projects,
    ),
    PackSection(
        "schedule",
        lazy("Schedule"),
        lazy("Finishes that slipped, at the last pack and now"),
        "pdf/pack/schedule.html",
        schedule,
        50,
        _has_projects,
    ),
    PackSection(
        "projects",
        lazy("Projects one by one"),
        lazy("Each in one view: why, what is asked, money, dates, next steps"),
        "pdf/pack/projects.html",
        one_pagers,
        120,
        _has_one_pagers,
        css_class="projects",
        heading=_projects_heading,
    ),
    PackSection(
        "quality",
        lazy("Data quality"),
        lazy("What is late, missing or withheld, and how to check this pack"),
        "pdf/pack/quality.html",
        data_quality,
        130,
    ),
    PackSection(
        "definitions",
        lazy("Definitions"),
        lazy("Formulas and sources for every figure"),
        "pdf/pack/definitions.html",
        definitions,
        140,
    ),
)
