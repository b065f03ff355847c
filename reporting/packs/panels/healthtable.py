"""The health table: its columns as data, so that a portfolio that reports little prints no empty columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from pmo.kernel import rag
from pmo.ui import formats
from reporting.packs.panels import wording
from reporting.packs.panels.wording import DASH
from reporting.packs.rules import health
from reporting.packs.rules.figures import PackFigures, ProjectFigures

Cell = dict[str, Any]
LONG_CODE = 11


@dataclass(frozen=True)
class Column:
    """`width` names its width in the style sheet; `cell` makes the content of one project's cell."""

    head: str
    width: str
    cell: Callable[[ProjectFigures, PackFigures], Cell]
    css: str = ""


def columns(figures: PackFigures) -> list[Column]:
    reported = any(dimension.value for p in figures.projects for dimension in p.dimensions.values())
    chosen = [
        *_named(figures),
        Column(_("Manager"), "manager", _manager) if any(p.manager for p in figures.projects) else None,
        Column(_("Part of"), "group", _group) if not reported else None,
        Column(_("Overall"), "overall", _overall),
        *(_dimension_columns() if reported else []),
        Column(_("Last reports"), "strip", _strip, "n"),
        Column(_("Finish"), "date", _finish, "n"),
        Column(_("Slip"), "figure", _slip, "n"),
        Column(_("Whole life"), "cost", partial(_money, "whole_life_cost"), "n") if not reported else None,
        Column(_("Budget"), "money", partial(_money, "budget"), "n"),
        Column(_("Forecast"), "money", partial(_money, "forecast"), "n"),
        Column("± %", "figure", _percent, "n"),
        Column(_("Age"), "age", _age, "n"),
    ]
    return [column for column in chosen if column is not None]


def _named(figures: PackFigures) -> list[Column]:
    """Codes have a column of their own while they are short; long ones stand below the name."""
    if any(len(project.code) > LONG_CODE for project in figures.projects):
        return [Column(_("Project"), "name", _name_and_code)]
    return [Column(_("Code"), "code", _code), Column(_("Project"), "name", _name)]


def _dimension_columns() -> list[Column]:
    """Heads short enough for eight narrow columns, in the order of the dimensions."""
    heads = [_("Time"), _("Cost"), _("Scope"), _("Team"), _("Risk"), _("Qual."), _("Ben."), _("Stak.")]
    return [Column(head, "dim", partial(_dimension, name)) for head, name in zip(heads, rag.DIMENSIONS, strict=True)]


def bands(figures: PackFigures, chosen: list[Column]) -> list[dict[str, Any]]:
    return [
        {
            "status": wording.band_status(group.band),
            "count": len(group.projects),
            "rows": [
                [column.cell(project, figures) | {"column": column} for column in chosen] for project in group.projects
            ],
        }
        for group in health.groups(figures)
    ]


def _code(project: ProjectFigures, figures: PackFigures) -> Cell:
    return {"text": project.code, "css": "code"}


def _name(project: ProjectFigures, figures: PackFigures) -> Cell:
    return {"text": project.name, "head": True}


def _name_and_code(project: ProjectFigures, figures: PackFigures) -> Cell:
    return {"text": project.name, "head": True, "below": project.code}


def _manager(project: ProjectFigures, figures: PackFigures) -> Cell:
    return {"text": project.manager or DASH}


def _group(project: ProjectFigures, figures: PackFigures) -> Cell:
    return {"text": project.programme or project.unit or DASH}


def _overall(project: ProjectFigures, figures: PackFigures) -> Cell:
    status = wording.status(project.overall)
    arrow = {"up": "↑", "down": "↓"}.get(project.trend, "")
    return {"text": f"{status['glyph']} {status['word']}", "css": f"rag {status['tone']}", "arrow": arrow}


def _dimension(name: str, project: ProjectFigures, figures: PackFigures) -> Cell:
    value = project.dimensions[name].value if name in project.dimensions else rag.NOT_REPORTED
    status = wording.status(value)
    return {"text": f"{status['glyph']} {status['letter']}".strip(), "css": f"dim {status['tone']}"}


def _strip(project: ProjectFigures, figures: PackFigures) -> Cell:
    return {"image": wording.strip(project.strip)} if project.strip else {"text": DASH}


def _finish(project: ProjectFigures, figures: PackFigures) -> Cell:
    return {"text": wording.short_day(project.finish_forecast) or wording.absent(project, "finish_forecast")}


def _slip(project: ProjectFigures, figures: PackFigures) -> Cell:
    return {"text": wording.days(project.slip_days), "css": "strong" if (project.slip_days or 0) > 0 else ""}


def _money(figure: str, project: ProjectFigures, figures: PackFigures) -> Cell:
    return {"text": wording.figure(project, figure, figures.currency)}


def _percent(project: ProjectFigures, figures: PackFigures) -> Cell:
    over = (project.difference_percent or 0) > 1
    return {"text": wording.percent(project.difference_percent), "css": "strong" if over else ""}


def _age(project: ProjectFigures, figures: PackFigures) -> Cell:
    if project.reported_on is None:
        return {"text": DASH}
    age = formats.number((figures.at - project.reported_on).days)
    return {"text": f"{age}!" if project.late else age, "css": "warn" if project.late else ""}
