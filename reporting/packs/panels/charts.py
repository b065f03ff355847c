"""The larger drawings of a pack, at print size: 490 points are the width of the text."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from pmo.kernel import rag
from pmo.pdf.drawing import BLUE, FILLS, HAIR, MUTED, NAVY, box, canvas, line, mark, text
from pmo.ui import words
from reporting.packs.panels import wording
from reporting.packs.panels.wording import BAND_VALUE, amount_unit, millions
from reporting.packs.rules import health, money
from reporting.packs.rules.figures import PackFigures, ProjectFigures

WIDTH = 490
MARKS_FROM, MARKS_TO = 158, 396
HEADROOM = 300
LABEL = 34


def cover(figures: PackFigures) -> bytes:
    """The portfolio as one mark per project, in rows by programme or unit, worst first."""
    lines = money.breakdown(figures)
    axis = money.breakdown_axis(figures)
    step = min(25.0, HEADROOM / max(len(lines), 1))
    rows = "".join(
        _cover_row(index * step + 14, step, row, axis, _members(figures, axis, row.name))
        for index, row in enumerate(lines)
    )
    heads = (
        text(MARKS_FROM - 5, -2, _("Projects by status"), size=6.5, fill=MUTED)
        + text(
            440, -2, _("Budget, %(unit)s") % {"unit": amount_unit(figures.currency)}, size=6.5, anchor="end", fill=MUTED
        )
        + text(WIDTH, -2, _("Forecast ±"), size=6.5, anchor="end", fill=MUTED)
    )
    return canvas(WIDTH, 12 + len(lines) * step + 8, heads + rows, top=-12)


def _members(figures: PackFigures, axis: str, name: str) -> list[ProjectFigures]:
    members = [project for project in figures.projects if getattr(project, axis) == name]
    bands = {band: place for place, band in enumerate(health.ORDER)}
    return sorted(members, key=lambda p: (bands[rag.band(p.overall)], -rag.SEVERITY[p.overall], p.code))


def _cover_row(y: float, step: float, row: money.Line, axis: str, members: Sequence[ProjectFigures]) -> str:
    gap = min(27.0, (MARKS_TO - MARKS_FROM) / max(len(members), 1))
    radius = min(5.6, gap * 0.36, step * 0.3)
    drawn = text(0, y + 2.6, shortened(wording.group_name(row.name, axis)), size=min(8, step * 0.6), fill=MUTED)
    for index, project in enumerate(members):
        loud = rag.band(project.overall) in health.ATTENTION
        drawn += mark(project.overall, MARKS_FROM + index * gap, y, radius if loud else radius * 0.82)
    size = min(8, step * 0.6)
    drawn += text(440, y + 2.6, millions(row.budget), size=size, anchor="end")
    drawn += text(WIDTH, y + 2.6, millions(row.difference, sign=True), size=size, anchor="end", weight=600)
    return drawn + line(0, y + step / 2, WIDTH, y + step / 2, stroke="#e6ebf0")


def shortened(name: str, limit: int = LABEL) -> str:
    """A label that fits its column in a drawing; tables carry the full name."""
    return name if len(name) <= limit else name[: limit - 1].rstrip() + "…"


def status_bar(figures: PackFigures) -> bytes:
    """One bar, a segment per band with its shape, count and, where there is room, its word."""
    tally = {band: count for band, count in health.tally(figures.projects).items() if count}
    everything, x, drawn = sum(tally.values()) or 1, 0.0, ""
    for band, count in tally.items():
        width = WIDTH * count / everything
        drawn += _segment(x, width, band, count)
        x += width
    return canvas(WIDTH, 15, drawn or box(0, 0, WIDTH, 15, HAIR))


def _segment(x: float, width: float, band: str, count: int) -> str:
    value = BAND_VALUE[band]
    drawn = box(x, 0, width - 1.5, 15, FILLS[value])
    if width < 21:
        return drawn + mark(value, x + width / 2 - 0.7, 7.5, 2.6, "#fff")
    drawn += mark(value, x + 7, 7.5, 2.6, "#fff") + text(x + 12.5, 10.3, count, size=7.6, fill="#fff", weight=700)
    word = str(words.BANDS[band])
    start = x + 12.5 + 5.2 * len(str(count)) + 4
    if start + 3.9 * len(word) < x + width - 3:
        drawn += text(start, 10.3, word, size=6.9, fill="#fff")
    return drawn


def budget_chart(figures: PackFigures) -> bytes:
    """Forecast of the year as bars under a tick for the budget, one per programme or unit."""
    rows = [row for row in money.breakdown(figures) if row.budget is not None and row.forecast is not None]
    largest = max((max(row.budget or 0, row.forecast or 0) for row in rows), default=0)
    axis, scale = money.breakdown_axis(figures), (WIDTH - 160 - 56) / float(largest or 1)
    step = min(19.0, 330 / max(len(rows), 1))
    drawn = "".join(_budget_row(16 + index * step, step, row, axis, scale) for index, row in enumerate(rows))
    return canvas(WIDTH, 18 + len(rows) * step, _budget_key() + drawn)


def _budget_key() -> str:
    return (
        box(160, 1, 8, 5.5, "#8fa9c6")
        + text(171, 6, _("forecast"), size=6.8)
        + box(212, 1, 8, 5.5, FILLS["red"])
        + text(223, 6, _("above budget"), size=6.8)
        + line(284, 0, 284, 7.5, stroke=BLUE, width=1.4)
        + text(289, 6, _("budget"), size=6.8)
    )


def _budget_row(y: float, step: float, row: money.Line, axis: str, scale: float) -> str:
    budget, forecast = float(row.budget or 0) * scale, float(row.forecast or 0) * scale
    thick, size = min(8.0, step * 0.52), min(7.4, step * 0.6)
    drawn = text(0, y + step / 2 + 1, shortened(wording.group_name(row.name, axis), 38), size=size)
    drawn += box(160, y + step / 2 - thick / 2 - 1.5, min(forecast, budget), thick, "#8fa9c6")
    if forecast > budget:
        drawn += box(160 + budget, y + step / 2 - thick / 2 - 1.5, forecast - budget, thick, FILLS["red"])
    tick = y + step / 2 - 1.5
    drawn += line(160 + budget, tick - thick / 2 - 2, 160 + budget, tick + thick / 2 + 2, stroke=BLUE, width=1.4)
    end = 160 + max(forecast, budget) + 5
    strong = 600 if forecast > budget * 1.01 else 400
    drawn += text(end, y + step / 2 + 1, millions(row.forecast), size=size, fill=NAVY, weight=strong)
    return drawn
