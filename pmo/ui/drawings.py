"""Drawings in template SVG: coloured by classes, so that one drawing serves both themes; no legend to decode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from pmo.access.preferences import within_sentence
from pmo.ui import formats, words

WIDTH: Final = 360
BANDS: Final = ("off_track", "at_risk", "on_track", "complete", "on_hold")
BAND_TONES: Final = {"off_track": "red", "at_risk": "amber", "on_track": "green", "complete": "blue", "on_hold": "grey"}
BAND_SHAPES: Final = {"off_track": "◆", "at_risk": "▲", "on_track": "●", "complete": "■", "on_hold": "–"}


def svg(height: float, slug: str, inside: str) -> SafeString:
    """A drawing as wide as its place, named by the heading with the id `slug`."""
    return mark_safe(
        f'<svg class="sv" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-labelledby="{escape(slug)}">{inside}</svg>'
    )


def text(x: float, y: float, words_: object, css: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{css}">{escape(words_)}</text>'


def box(x: float, y: float, width: float, height: float, css: str, title: str = "", radius: float = 0) -> str:
    inner = f"<title>{escape(title)}</title>" if title else ""
    rounded = f' rx="{radius:g}"' if radius else ""
    size = f'width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    shape = f'<rect x="{x:.1f}" y="{y:.1f}" {size} class="{css}"{rounded}'
    return f"{shape}>{inner}</rect>" if inner else f"{shape}/>"


def line(x1: float, y1: float, x2: float, y2: float, css: str, width: float = 1) -> str:
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" class="{css}" stroke-width="{width:g}" fill="none"/>'


def nice_top(largest: float, steps: int = 3) -> float:
    """The smallest round axis end that `steps` equal, round steps of whole projects reach."""
    if largest <= 0:
        return float(steps)
    raw = largest / steps
    magnitude = 10 ** floor(log10(raw))
    found = (factor * magnitude for factor in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10))
    step = next(each for each in found if each >= raw * 0.9999 and each == round(each, 6) == int(each))
    return step * steps if largest > steps else float(steps)


@dataclass(frozen=True)
class StatusPeriod:
    """One period's count of projects by band; `short` goes under the bar, `under` below it where a year begins."""

    label: str
    short: str
    counts: Mapping[str, int]
    under: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts.get(band, 0) for band in BANDS)


PLOT_LEFT, PLOT_RIGHT, PLOT_TOP, PLOT_BOTTOM = 32.0, 278.0, 8.0, 168.0
LABEL_INDENT, LETTER = 18.0, 6.9
"""Between the bars and the words beside them, and the room that a letter of these takes at most."""


def stacked_status(periods: Sequence[StatusPeriod], slug: str) -> SafeString:
    """Projects by status, one stacked bar a period; the last bar is labelled with shape, count and word."""
    top = nice_top(max((period.total for period in periods), default=0))
    right = _right_of_bars(periods)
    pitch = (right - PLOT_LEFT) / max(len(periods), 1)
    pieces = [_axis(top, right)]
    for place, period in enumerate(periods):
        pieces.append(_status_bar(period, PLOT_LEFT + place * pitch, pitch, top, last=place == len(periods) - 1))
    if periods:
        pieces.append(_status_labels(periods[-1], top, right))
    return svg(200, slug, "".join(pieces))


def _right_of_bars(periods: Sequence[StatusPeriod]) -> float:
    """Where the bars end: the words beside the last one need their room, in some languages more than in others."""
    said = [f"{n} {words.BANDS[band]}" for period in periods[-1:] for band, n in period.counts.items() if band in BANDS]
    return min(PLOT_RIGHT, WIDTH - LABEL_INDENT - LETTER * max((len(each) for each in said), default=0))


def _axis(top: float, right: float) -> str:
    pieces = []
    for step in range(4):
        y = PLOT_BOTTOM - step * (PLOT_BOTTOM - PLOT_TOP) / 3
        pieces += [line(PLOT_LEFT, y, right, y, "st-line"), text(PLOT_LEFT - 5, y + 4, f"{top * step / 3:g}", "e")]
    return "".join(pieces)


def _status_bar(period: StatusPeriod, x: float, pitch: float, top: float, *, last: bool) -> str:
    width = min(pitch * 0.8, 28)
    left, y, pieces = x + (pitch - width) / 2, PLOT_BOTTOM, []
    for band in BANDS:
        count = period.counts.get(band, 0)
        height = count * (PLOT_BOTTOM - PLOT_TOP) / top
        y -= height
        if count:
            title = f"{period.label}: {count} {within_sentence(words.BANDS[band])}"
            pieces.append(box(left, y, width, max(height - 0.75, 0.75), f"fg-{BAND_TONES[band]}", title))
    pieces.append(text(x + pitch / 2, PLOT_BOTTOM + 14, period.short, "m k" if last else "m"))
    if period.under:
        pieces.append(text(x + pitch / 2, PLOT_BOTTOM + 27, period.under, "m"))
    return "".join(pieces)


def _status_labels(period: StatusPeriod, top: float, right: float) -> str:
    """Labels beside the last bar, pushed apart where bars are thin."""
    pieces, base, floor_y = [], PLOT_BOTTOM, PLOT_BOTTOM + 3
    for band in BANDS:
        count = period.counts.get(band, 0)
        if not count:
            continue
        height = count * (PLOT_BOTTOM - PLOT_TOP) / top
        y = min(base - height / 2 + 4, floor_y)
        pieces.append(_status_label(band, count, right, y))
        base, floor_y = base - height, y - 14
    return "".join(pieces)


def _status_label(band: str, count: int, right: float, y: float) -> str:
    shape = f'<text x="{right + 6:g}" y="{y:.1f}" class="fg-{BAND_TONES[band]} shape">{BAND_SHAPES[band]}</text>'
    words_ = f'<tspan class="k">{count}</tspan> {escape(words.BANDS[band])}'
    return f'{shape}<text x="{right + LABEL_INDENT:g}" y="{y:.1f}">{words_}</text>'


@dataclass(frozen=True)
class PairedRow:
    """A row of a bar picture: what was planned, what is forecast, and the difference in words."""

    label: str
    planned: float
    forecast: float
    figure: str
    difference: str
    tone: str = ""


def paired_bars(rows: Sequence[PairedRow], slug: str, planned: str, forecast: str, unit: str, over: str) -> SafeString:
    """Planned as a wide pale bar, forecast as a narrow strong one, figures at the right."""
    largest = max((max(row.planned, row.forecast) for row in rows), default=0) or 1
    pieces = [
        box(112, 3, 12, 9, "fg-base"),
        text(128, 11, planned),
        box(196, 5, 12, 5, "fg-blue"),
        text(212, 11, forecast),
    ]
    pieces += [text(312, 11, unit, "e"), text(WIDTH - 2, 11, over, "e")]
    for place, row in enumerate(rows):
        pieces.append(_paired_row(row, 24 + place * 22, 150 / largest))
    return svg(28 + len(rows) * 22, slug, "".join(pieces))


def _paired_row(row: PairedRow, y: float, per_unit: float) -> str:
    css = {"red": "e bad", "amber": "e warn"}.get(row.tone, "e")
    return "".join(
        (
            text(0, y + 11, shortened(row.label, 19), "k"),
            box(112, y + 1, row.planned * per_unit, 13, "fg-base", radius=1),
            box(112, y + 4.5, row.forecast * per_unit, 6, "fg-blue", f"{row.label}: {row.figure}", radius=1),
            text(312, y + 11, row.figure, "e"),
            text(WIDTH - 2, y + 11, row.difference, css),
        )
    )


def shortened(label: str, most: int) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


@dataclass(frozen=True)
class SlipRow:
    """An end date that moved from the baseline to the forecast."""

    label: str
    baseline: date
    forecast: date
    tone: str = "amber"

    @property
    def days(self) -> int:
        return (self.forecast - self.baseline).days


SLIP_LEFT, SLIP_RIGHT = 116.0, 300.0


def slips(rows: Sequence[SlipRow], slug: str) -> SafeString:
    """Baseline as a tick, forecast as a diamond, the way between them as a line; days at the right."""
    if not rows:
        return svg(20, slug, "")
    first = min(min(row.baseline, row.forecast) for row in rows).toordinal()
    last = max(max(row.baseline, row.forecast) for row in rows).toordinal()
    per_day = (SLIP_RIGHT - SLIP_LEFT) / max(last - first, 1)
    pieces = [_years(first, last, per_day, len(rows))]
    for place, row in enumerate(rows):
        pieces.append(_slip_row(row, 30 + place * 22, first, per_day))
    return svg(34 + len(rows) * 22, slug, "".join(pieces))


def _years(first: int, last: int, per_day: float, rows: int) -> str:
    """A hairline at each new year, thinned out when there are many."""
    years = range(date.fromordinal(first).year + 1, date.fromordinal(last).year + 1)
    every = max(1, ceil(len(years) / 5))
    pieces = []
    for year in years[::every]:
        x = SLIP_LEFT + (date(year, 1, 1).toordinal() - first) * per_day
        pieces += [line(x, 18, x, 24 + rows * 22, "st-line"), text(x, 12, year, "m")]
    return "".join(pieces)


def _slip_row(row: SlipRow, y: float, first: int, per_day: float) -> str:
    start = SLIP_LEFT + (row.baseline.toordinal() - first) * per_day
    end = SLIP_LEFT + (row.forecast.toordinal() - first) * per_day
    css = {"red": "e bad", "amber": "e warn"}.get(row.tone, "e")
    return "".join(
        (
            text(0, y + 4, shortened(row.label, 19), "k"),
            line(start, y - 5, start, y + 5, "st-base", 2),
            line(start, y, end, y, f"st-{row.tone}", 2),
            f'<path d="M{end:.1f} {y - 4.5:.1f}l4.5 4.5l-4.5 4.5l-4.5 -4.5z" class="fg-{row.tone}"/>',
            text(WIDTH - 2, y + 4, formats.days(row.days, sign=True), css),
        )
    )
