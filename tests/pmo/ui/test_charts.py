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


def _scatter(**more):
    rows = [{"name": "Bridge", "label": "Bridge", "band": "off_track", "slip": 70, "over": 12.5, "cost": 4.0}]
    slip, over = charts.Axis("slip", "Days", 15), charts.Axis("over", "Percent", 5.0)
    return charts.scatter(rows, slip, over, size=("cost", "Cost"), bands={"off_track": "Off track"}, **more)


def test_a_chart_is_an_svg_that_a_strict_policy_allows():
    drawn = charts.draw(charts.lines(ROWS, "month", "spent", "kind", unit="€ m"), "spend")
    assert drawn.startswith("<svg")
    assert 'aria-labelledby="spend"' in drawn.split(">", 1)[0]
    assert "width=" not in drawn.split(">", 1)[0]
    assert " style=" not in drawn
    assert "<script" not in drawn


def test_the_same_chart_is_drawn_once(monkeypatch):
    spec = charts.lines(ROWS, "month", "spent", "kind", unit="€ m", width=211)
    first = charts.draw(spec, "one")
    monkeypatch.setattr(charts, "_render", lambda written: (_ for _ in ()).throw(AssertionError("drawn twice")))
    assert charts.draw(spec, "two") == first.replace('aria-labelledby="one"', 'aria-labelledby="two"')


def test_colours_are_those_that_the_style_sheet_exchanges_in_the_dark(settings):
    cache.clear()
    drawn = charts.draw(_scatter(), "c")
    sheet = (settings.BASE_DIR / "static" / "css" / "parts.css").read_text(encoding="utf-8")
    assert "#8f1430" in drawn
    assert set(re.findall(r'\[(?:fill|stroke)="(#\w+)"\]', sheet)) >= {
        "#8f1430", charts.LABEL, charts.GRID, charts.RULE, charts.INK,
    }  # fmt: skip


def test_a_scatter_names_its_farthest_point_and_says_its_figures():
    drawn = charts.draw(_scatter(), "scatter")
    assert ">Bridge</text>" in drawn
    assert drawn.count('stroke-dasharray="4,3"') == 2


def test_a_page_waits_for_a_worker_and_shows_what_it_drew(cast, client_of):
    client = client_of(cast.alice)
    spec = _scatter(width=377)
    cache.delete_many([f"{name}:{charts.key_of(charts.written(spec))}" for name in ("chart", "chart-asked")])
    key = charts.ask(spec)
    assert client.get(f"/charts/{key}/?name=scatter").status_code == 204
    charts.draw_written(charts.written(spec))
    shown = client.get(f"/charts/{key}/?name=scatter")
    assert shown.status_code == 286
    assert f'data-vega="/charts/{key}/vega/"' in shown.content.decode()
    assert client.get(f"/charts/{key}/vega/").json()["width"] == 377


def test_a_chart_that_nobody_asked_for_says_that_its_figures_are_below(cast, client_of):
    client = client_of(cast.alice)
    answer = client.get(f"/charts/{'0' * 64}/?name=scatter")
    assert answer.status_code == 286
    assert "The data table below has all its figures" in answer.content.decode()
    assert client.get(f"/charts/{'0' * 64}/?name=<b>").status_code == 422
    assert client.get(f"/charts/{'0' * 64}/vega/").status_code == 404
