"""Rows of the pack's tables, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.kernel import rag
from pmo.ui import words
from reporting.packs.panels import wording
from reporting.packs.panels.wording import DASH
from reporting.packs.rules import excerpts, health, money, quality, slips
from reporting.packs.rules.changes import Changes, Fate, Move, amount_moved
from reporting.packs.rules.figures import PackFigures, ProjectFigures

Row = dict[str, Any]
WHY = 150
LONG_LIST = 12
NAMES_SHOWN = 60
ROUNDED_AWAY = 50_000
OUTCOMES = {"open": rag.AMBER, "overdue": rag.RED, "answered": rag.GREEN}


def decisions(figures: PackFigures) -> list[Row]:
    """Everything asked for, earliest date first, then the worse project."""
    asked = [(project, decision) for project in figures.projects for decision in project.decisions]
    asked.sort(
        key=lambda pair: (pair[1].needed_by or date.max, -rag.SEVERITY[pair[0].overall], pair[0].code, pair[1].text)
    )
    return [
        {
            "text": excerpts.excerpt(decision.text, 140).text,
            "project": project.label,
            "recommendation": excerpts.excerpt(decision.recommendation, 180).text or DASH,
            "recommended": bool(decision.recommendation),
            "by": wording.short_day(decision.needed_by) or DASH,
            "overdue": decision.needed_by is not None and decision.needed_by < figures.at,
            "who": decision.asked_of or DASH,
        }
        for project, decision in asked
    ]


def tally_words(figures: PackFigures) -> str:
    tally = health.tally(figures.projects)
    return ", ".join(f"{words.BANDS[band]} {count}" for band, count in tally.items() if count) or _("No projects")


def trouble(project: ProjectFigures) -> Row:
    return {
        "project": project,
        "status": wording.status(project.overall),
        "why": excerpts.excerpt(_reason(project), WHY).text or DASH,
    }


def health_move(move: Move[str]) -> Row:
    return {
        "project": move.project,
        "before": wording.status(move.before),
        "after": wording.status(move.after),
        "why": excerpts.excerpt(_reason(move.project), WHY).text or DASH,
    }


def _reason(project: ProjectFigures) -> str:
    """The comment on the worst dimension, otherwise the summary."""
    commented = [dimension for dimension in project.dimensions.values() if dimension.comment]
    worst = max(commented, key=lambda dimension: rag.SEVERITY[dimension.value], default=None)
    return worst.comment if worst and rag.needs_comment(worst.value) else project.summary


def is_visible(move: Move[Decimal | None]) -> bool:
    """Whether the move shows in millions with one decimal; a figure that came or went always does."""
    moved = amount_moved(move)
    return moved is None or abs(moved) >= ROUNDED_AWAY


def amount_moves(moves: Sequence[Move[Decimal | None]], most: int) -> tuple[list[Row], int]:
    """The largest moves, and how many smaller ones are left out."""
    shown = [move for move in moves if is_visible(move)][:most]
    return [amount_move(move) for move in shown], len(moves) - len(shown)


def amount_move(move: Move[Decimal | None]) -> Row:
    moved = amount_moved(move)
    return {
        "project": move.project,
        "before": wording.millions(move.before),
        "after": wording.millions(move.after),
        "moved": wording.millions(moved, sign=True),
    }


def date_move(move: Move[date | None]) -> Row:
    both = move.before is not None and move.after is not None
    return {
        "project": move.project,
        "before": wording.short_day(move.before) or DASH,
        "after": wording.short_day(move.after) or DASH,
        "moved": wording.days((move.after - move.before).days) if both else DASH,  # type: ignore[operator]
    }


def comings(changes: Changes) -> list[tuple[str, list[Row], bool, int]]:
    """Projects that came, left or changed their name: heading, rows, whether told without a table, how many more."""
    added = [_named(project) for project in changes.added]
    renamed = [
        {"code": move.project.code, "name": move.after, "note": _("was %(name)s") % {"name": move.before}}
        for move in changes.renamed
    ]
    lists = ((_("Added"), added), *_gone(changes), (_("Renamed"), renamed))
    return [
        (heading, rows[:NAMES_SHOWN], len(rows) > LONG_LIST, max(len(rows) - NAMES_SHOWN, 0))
        for heading, rows in lists
        if rows
    ]


def _named(project: ProjectFigures) -> Row:
    return {"code": project.code, "name": project.name, "note": project.programme}


def _gone(changes: Changes) -> list[tuple[str, list[Row]]]:
    """The projects that left, one list for each reason."""
    reasons = {
        "closed": _("Closed"),
        "moved": _("Moved out of the scope"),
        "unreported": _("No longer reported"),
        "deleted": _("Removed from the system"),
        "hidden": _("No longer visible to the whole audience"),
    }
    return [
        (heading, [_named(found.project) for found in changes.gone if found.reason == reason])
        for reason, heading in reasons.items()
    ]


def fate(outcome: Fate) -> Row:
    told = {"open": _("Still asked"), "overdue": _("Overdue"), "answered": _("No longer asked")}
    return {
        "project": outcome.project.label,
        "text": excerpts.excerpt(outcome.decision.text, 160).text,
        "by": wording.short_day(outcome.decision.needed_by) or DASH,
        "outcome": wording.status(OUTCOMES[outcome.outcome]) | {"word": told[outcome.outcome]},
    }


def limit(lines: Sequence[money.Line]) -> str:
    """The end of the common scale of the variance bars, in percent."""
    return f"{max((abs(line.percent) for line in lines if line.percent is not None), default=Decimal(1)):.1f}"


def money_line(line: money.Line, scale: str, axis: str) -> Row:
    return {
        "name": wording.group_name(line.name, axis),
        "counted": f"{line.counted}/{line.of}",
        "budget": wording.millions(line.budget),
        "forecast": wording.millions(line.forecast),
        "difference": wording.millions(line.difference, sign=True),
        "percent": wording.percent(line.percent),
        "whole_life": wording.millions(line.whole_life.amount),
        "whole_life_counted": f"{line.whole_life.counted}/{line.whole_life.of}",
        "bar": None if line.percent is None else f"variance/{line.percent:.1f}/{scale}",
    }


def overrun(project: ProjectFigures) -> Row:
    return {
        "project": project,
        "budget": wording.millions(project.budget),
        "forecast": wording.millions(project.forecast),
        "difference": wording.millions(project.difference, sign=True),
        "percent": wording.percent(project.difference_percent),
    }


def chart_words(lines: Sequence[money.Line], figures: PackFigures) -> str:
    """The bar chart for somebody who cannot see it; the table below carries every figure."""
    told = ngettext(
        "Forecast and budget of %(n)s row, in the order of the table below.",
        "Forecasts and budgets of %(n)s rows, in the order of the table below.",
        len(lines),
    )
    return told % {"n": len(lines)}


def slip(found: slips.Slip, longest: int) -> Row:
    was = "x" if found.was is None else str(found.was)
    return {
        "project": found.project,
        "status": wording.status(found.project.overall),
        "baseline": wording.short_day(found.project.finish_baseline),
        "forecast": wording.short_day(found.project.finish_forecast),
        "was": wording.days(found.was),
        "days": wording.days(found.days),
        "bar": f"slip/{was}/{found.days}/{longest}",
    }


def check(found: quality.Check) -> Row:
    missing = [project.label for project in found.missing]
    shown = ", ".join(missing[:6])
    more = len(missing) - 6
    rest = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more} if more > 0 else ""
    return {
        "name": CHECK_NAMES[found.code](),
        "good": found.good,
        "of": found.of - found.withheld,
        "withheld": found.withheld or DASH,
        "percent": DASH if found.percent is None else str(found.percent),
        "bar": None if found.percent is None else f"share/{found.percent}/95",
        "missing": f"{shown} {rest}".strip() or DASH,
    }


CHECK_NAMES = {
    "on_time": lambda: _("Status report on time"),
    "rated": lambda: _("Overall status given"),
    "explained": lambda: _("Amber or red explained"),
    "manager": lambda: _("Manager named"),
    "budget": lambda: _("Budget of the year"),
    "forecast": lambda: _("Forecast of the year"),
    "whole_life_cost": lambda: _("Whole-life cost"),
    "finish_baseline": lambda: _("Baseline finish"),
    "finish_forecast": lambda: _("Forecast finish"),
}
