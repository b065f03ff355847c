"""Statistical charts are drawn once, carry no style and are named by their heading."""

from __future__ import annotations

import re

from django.core.cache import cache

from pmo.ui import charts

ROWS = [
    {"month": f"2026-{month:02d}-01", "spent": month * factor, "kind": kind}
    for month in (1, 2, 3)
    for kind, factor in (("Plan", 1.0), ("Forecast", 1.2))
]


def test_a_chart_is_an_svg_that_a_strict_policy_allows():
    drawn = charts.draw(charts.lines(ROWS, "month", "spent", "kind", unit="€ m"), "spend")
    assert drawn.startswith("<svg")
    assert 'aria-labelledby="spend"' in drawn.split(">", 1)[0]
    assert "width=" not in drawn.split(">", 1)[0]
    assert " style=" not in drawn
    assert "<script" not in drawn


def test_the_same_chart_is_drawn_once(monkeypatch):
    spec = charts.status_areas([{"date": "2026-01-01", "band": "on_track", "count": 3}], width=211)
    first = charts.draw(spec, "one")
    monkeypatch.setattr(charts, "_render", lambda written: (_ for _ in ()).throw(AssertionError("drawn twice")))
    assert charts.draw(spec, "two") == first.replace('aria-labelledby="one"', 'aria-labelledby="two"')


def test_colours_are_those_that_the_style_sheet_exchanges_in_the_dark(settings):
    cache.clear()
    drawn = charts.draw(
        charts.status_areas([{"date": f"2026-0{n}-01", "band": "off_track", "count": n} for n in (1, 2)]), "c"
    )
    sheet = (settings.BASE_DIR / "static" / "css" / "parts.css").read_text(encoding="utf-8")
    assert "#8f1430" in drawn
    assert set(re.findall(r'\[(?:fill|stroke)="(#\w+)"\]', sheet)) >= {
        "#8f1430", charts.LABEL, charts.GRID, charts.RULE, charts.INK,
    }  # fmt: skip
