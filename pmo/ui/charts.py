"""Statistical charts: a Vega-Lite specification in Python, drawn as SVG on the server and kept by its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

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
CATEGORIES: Final = ("#1d5fa8", "#e08a00", "#1a7f6b", "#b3261e", "#6b4fa3", "#5b6b7b")
KEPT_SECONDS: Final = 7 * 24 * 3600

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


def draw(spec: Mapping[str, Any], slug: str) -> SafeString:
    """The specification as SVG, named by the heading with the id `slug`; drawn once per content."""
    full = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": CONFIG, **spec}
    written = json.dumps(full, sort_keys=True, default=str)
    key = f"chart:{hashlib.sha256(written.encode()).hexdigest()}"
    drawn: str | None = cache.get(key)
    if drawn is None:
        drawn = _render(written)
        cache.set(key, drawn, KEPT_SECONDS)
    return mark_safe(_named(drawn, slug))


def _render(written: str) -> str:
    return str(_engine().vegalite_to_svg(written))


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The drawing engine with our fonts; it is heavy, so it starts only when the first chart is drawn."""
    import vl_convert

    fonts = settings.BASE_DIR / "static" / "vendor" / "fonts"
    if fonts.is_dir():
        vl_convert.register_font_directory(str(fonts))
    return vl_convert


def _named(drawn: str, slug: str) -> str:
    """Let the drawing fill its place and carry the heading's name."""
    head, rest = drawn.split(">", 1)
    kept = [part for part in head.split(" ") if not part.startswith(("width=", "height=", "role=", "aria-"))]
    return f'{" ".join(kept)} role="img" aria-labelledby="{escape(slug)}">{rest}'


def lines(
    rows: Sequence[Mapping[str, Any]],
    x: str,
    y: str,
    series: str,
    *,
    width: int = 290,
    height: int = 150,
    unit: str = "",
) -> dict[str, Any]:
    """Series over time, told apart by dash as well as by colour."""
    return {
        "width": width,
        "height": height,
        "data": {"values": list(rows)},
        "mark": {"type": "line", "strokeWidth": 2, "interpolate": "monotone"},
        "encoding": {
            "x": {"field": x, "type": "temporal", "title": None, "axis": {"grid": False}},
            "y": {"field": y, "type": "quantitative", "title": unit or None},
            "color": {"field": series, "type": "nominal", "title": None},
            "strokeDash": {"field": series, "type": "nominal", "title": None},
        },
    }


def status_areas(rows: Sequence[Mapping[str, Any]], *, width: int = 290, height: int = 150) -> dict[str, Any]:
    """Counts by status band over time; rows have `date`, `band`, `count`."""
    bands = list(STATUS_FILLS)
    return {
        "width": width,
        "height": height,
        "data": {"values": list(rows)},
        "mark": "area",
        "encoding": {
            "x": {"field": "date", "type": "temporal", "title": None, "axis": {"grid": False}},
            "y": {"field": "count", "type": "quantitative", "stack": True, "title": None},
            "color": {"field": "band", "scale": {"domain": bands, "range": list(STATUS_FILLS.values())}, "title": None},
        },
    }
