"""Statistical charts: a Vega-Lite specification in Python, drawn as SVG on the server and kept by its content."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from pmo.ui.locales import spoken

log = logging.getLogger(__name__)

# Fixed colours that the style sheet exchanges in dark mode; paper keeps them.
INK: Final = "#17202b"
LABEL: Final = "#44505e"
GRID: Final = "#e0e5eb"
RULE: Final = "#8592a1"
STATUS_FILLS: Final = {
    "on_track": "#2a9d76",
    "at_risk": "#c77700",
    "off_track": "#8f1430",
    "complete": "#1d5fa8",
    "on_hold": RULE,
}
SHAPES: Final = ["circle", "triangle-up", "diamond", "square", "cross"]
CATEGORIES: Final = ("#1d5fa8", "#e08a00", "#1a7f6b", "#b3261e", "#6b4fa3", "#5b6b7b")
KEPT_SECONDS: Final = 7 * 24 * 3600
ASKED_SECONDS: Final = 30

CONFIG: Final[dict[str, Any]] = {
    "font": "Inter",
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 11, "titleFontSize": 11, "labelColor": LABEL, "titleColor": LABEL, "titleFontWeight": 500,
        "gridColor": GRID, "domainColor": RULE, "tickColor": RULE,
    },
    "legend": {"orient": "top", "labelFontSize": 11, "titleFontSize": 11, "labelColor": LABEL, "titleColor": LABEL},
    "text": {"fontSize": 11, "color": INK},
    "range": {"category": list(CATEGORIES)},
}  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """What an engine made of a specification: the printed picture, and the same as Vega for a browser."""

    svg: str
    vega: Mapping[str, Any]


def draw(spec: Mapping[str, Any], slug: str) -> SafeString:
    """The specification as SVG, named by the heading with the id `slug`; for workers, whose time is not a reader's."""
    return named(draw_written(written(spec)).svg, slug)


def draw_written(text: str) -> Drawn:
    """Draw a written specification, once per content."""
    key = key_of(text)
    found = kept(key)
    if found is None:
        found = Drawn(*_render(text))
        cache.set(f"chart:{key}", (found.svg, found.vega), KEPT_SECONDS)
    return found


def written(spec: Mapping[str, Any]) -> str:
    """A specification with the house's looks and the reader's numbers and months, always written alike."""
    config = {**CONFIG, "locale": spoken()}
    full = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": config, **spec}
    return json.dumps(full, sort_keys=True, default=str)


def key_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def kept(key: str) -> Drawn | None:
    """What was drawn before under this key."""
    found = cache.get(f"chart:{key}")
    return Drawn(*found) if found else None


def is_asked(key: str) -> bool:
    """Whether a worker was asked a moment ago."""
    return cache.get(f"chart-asked:{key}") is not None


def ask(spec: Mapping[str, Any]) -> str:
    """The key of a specification's drawing; a worker is asked when it has not been drawn.

    The engine needs half a second and 70 MB in each process that starts it: the web server never does.
    """
    text = written(spec)
    key = key_of(text)
    if cache.get(f"chart:{key}") is None and cache.add(f"chart-asked:{key}", "1", ASKED_SECONDS):
        _send(text)
    return key


def _send(text: str) -> None:
    try:
        current_app.send_task("charts.draw", args=[text], expires=ASKED_SECONDS)
    except (OperationalError, RedisError, OSError):
        log.warning("The broker does not answer; a chart is shown as its table only.")


def _render(text: str) -> tuple[str, dict[str, Any]]:
    engine = _engine()
    return str(engine.vegalite_to_svg(text)), engine.vegalite_to_vega(text)


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The drawing engine with our fonts; it is heavy, so it starts only when the first chart is drawn."""
    import vl_convert

    fonts = settings.BASE_DIR / "static" / "vendor" / "fonts"
    if fonts.is_dir():
        vl_convert.register_font_directory(str(fonts))
    return vl_convert


def named(drawn: str, slug: str) -> SafeString:
    """Let the drawing fill its place and carry the heading's name."""
    head, rest = drawn.split(">", 1)
    attributes = [part for part in head.split(" ") if not part.startswith(("width=", "height=", "role=", "aria-"))]
    return mark_safe(f'{" ".join(attributes)} role="img" aria-labelledby="{escape(slug)}">{rest}')


def lines(
    rows: Sequence[Mapping[str, Any]],
    x: str,
    y: str,
    series: str,
    *,
    unit: str,
    width: int = 400,
    height: int = 190,
) -> dict[str, Any]:
    """Series over time, told apart by dash as well as by colour; `rows` have the fields that x, y and series name."""
    tips = [
        {"field": x, "type": "temporal", "title": " ", "format": "%Y-%m-%d"},
        {"field": series, "type": "nominal", "title": " "},
        {"field": y, "type": "quantitative", "title": unit, "format": ",.1f"},
    ]
    return {
        "width": width,
        "height": height,
        "data": {"values": list(rows)},
        "mark": {"type": "line", "strokeWidth": 2, "interpolate": "monotone", "point": {"size": 28}, "tooltip": True},
        "encoding": {
            "x": {"field": x, "type": "temporal", "title": None, "axis": {"grid": False}},
            "y": {"field": y, "type": "quantitative", "title": unit, "scale": {"zero": False}},
            "color": {"field": series, "type": "nominal", "title": None, "sort": None},
            "strokeDash": {"field": series, "type": "nominal", "title": None, "sort": None},
            "tooltip": tips,
        },
    }


@dataclass(frozen=True)
class Axis:
    """A scale of a scatter: the field it shows, its words, and where a value begins to matter."""

    field: str
    title: str
    limit: float
    format: str = "d"


def scatter(
    rows: Sequence[Mapping[str, Any]],
    x: Axis,
    y: Axis,
    *,
    size: tuple[str, str],
    bands: Mapping[str, str],
    width: int = 400,
    height: int = 190,
) -> dict[str, Any]:
    """Things by two figures; rows have `name`, `label` (printed), `band` and the fields named.

       The dashed lines are the limits.
    `size` names the field of the area with its words; `bands` gives the words of each status band, in legend order.
    """
    words, fills = list(bands.values()), [STATUS_FILLS[band] for band in bands]
    tips = [{"field": "name", "type": "nominal", "title": " "}, {"field": "band", "type": "nominal", "title": " "}]
    tips += [
        {"field": axis.field, "type": "quantitative", "title": axis.title, "format": axis.format} for axis in (x, y)
    ]
    return {
        "width": width,
        "height": height,
        "layer": [
            _limit("x", x.limit),
            _limit("y", y.limit),
            {
                "data": {"values": [{**row, "band": bands[row["band"]]} for row in rows]},
                "mark": {"type": "point", "filled": True, "opacity": 0.8, "tooltip": True},
                "encoding": {
                    "x": _scale(x),
                    "y": _scale(y),
                    "size": {"field": size[0], "type": "quantitative", "title": size[1], "legend": None,
                             "scale": {"range": [24, 500]}},
                    "color": {"field": "band", "type": "nominal", "title": None,
                              "scale": {"domain": words, "range": fills}},
                    "shape": {"field": "band", "type": "nominal", "title": None,
                              "scale": {"domain": words, "range": SHAPES[: len(words)]}},
                    "tooltip": [*tips, {"field": size[0], "type": "quantitative", "title": size[1], "format": ",.1f"}],
                },
            },
            {
                "data": {"values": [row for row in rows if row["label"]]},
                "mark": {"type": "text", "align": "right", "dx": -9, "dy": 1, "fontSize": 10, "color": LABEL},
                "encoding": {"x": _scale(x), "y": _scale(y), "text": {"field": "label", "type": "nominal"}},
            },
        ],
    }  # fmt: skip


def _scale(axis: Axis) -> dict[str, Any]:
    return {"field": axis.field, "type": "quantitative", "title": axis.title, "axis": {"format": axis.format}}


def _limit(channel: str, at: float) -> dict[str, Any]:
    return {
        "data": {"values": [{"at": at}]},
        "mark": {"type": "rule", "strokeDash": [4, 3], "color": RULE},
        "encoding": {channel: {"field": "at", "type": "quantitative"}},
    }
