"""Drawings tell what the data say, in both themes and without colour."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pmo.ui import drawings

PERIODS = [
    drawings.StatusPeriod("October", "O", {"off_track": 2, "at_risk": 7, "on_track": 13}),
    drawings.StatusPeriod("November", "N", {"off_track": 4, "at_risk": 7, "on_track": 12, "on_hold": 1}, under="2026"),
]


def test_the_last_period_is_labelled_with_shape_count_and_word():
    drawn = drawings.stacked_status(PERIODS, "c1")
    for shape, count, word in (("◆", 4, "Off track"), ("▲", 7, "At risk"), ("●", 12, "On track"), ("–", 1, "On hold")):
        assert f">{shape}</text>" in drawn
        assert f'<tspan class="k">{count}</tspan> {word}' in drawn


def test_bars_are_as_high_as_their_counts():
    drawn = drawings.stacked_status([PERIODS[1]], "c1")
    heights = [float(height) + 0.75 for height in re.findall(r'height="([\d.]+)" class="fg-', drawn)]
    assert heights[0] / heights[2] == pytest.approx(4 / 12, abs=0.02)


@pytest.mark.parametrize(("largest", "top"), [(24, 24), (0, 3), (2, 3), (25, 30), (100, 120), (7, 9), (312, 360)])
def test_the_axis_ends_at_a_round_number(largest, top):
    assert drawings.nice_top(largest) == top


def test_a_drawing_without_data_is_still_a_drawing():
    assert drawings.stacked_status([], "c1").startswith("<svg")
    assert drawings.slips([], "c2").startswith("<svg")
    assert drawings.paired_bars([], "c3", "Plan", "Forecast", "€ m", "over").startswith("<svg")


def test_a_slip_shows_its_days():
    row = drawings.SlipRow("Tram line 4", date(2027, 9, 30), date(2028, 2, 15), "red")
    assert row.days == 138
    assert "+138\u00a0d" in drawings.slips([row], "c2")


def test_drawings_carry_no_style_and_escape_names():
    row = drawings.PairedRow("<script>", 1, 2, "2.0", "+100 %", "red")
    drawn = drawings.paired_bars([row], "c3", "Plan", "Forecast", "€ m", "over")
    assert "<script>" not in drawn
    assert "style=" not in drawn


def test_a_drawing_is_named_by_its_heading():
    assert 'role="img" aria-labelledby="c1"' in drawings.stacked_status(PERIODS, "c1")
