"""The small marks say in words and shape what they say in colour."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pmo.kernel import rag
from pmo.ui import marks


@pytest.mark.parametrize(
    ("value", "word", "shape", "tone"),
    [
        ("red", "Off track", "alert-octagon-filled", "red"),
        ("amber_red", "Amber/Red", "alert-octagon-filled", "red"),
        ("amber_green", "Amber/Green", "circle-check-filled", "green"),
        ("grey", "On hold", "player-pause-filled", "grey"),
        ("", "Not reported", "circle-dashed", "grey"),
        ("exempt", "Exempt", "minus", "grey"),
    ],
)
def test_a_status_has_a_word_a_shape_and_a_tone(value, word, shape, tone):
    chip = marks.rag_chip(value)
    assert f"</svg>{word}</span>" in chip
    assert f"#{shape}" in chip
    assert f"rag-{tone}" in chip


def test_no_two_bands_share_a_shape():
    shapes = {
        value: marks.rag_chip(value).split("#")[1].split('"')[0]
        for value in ("red", "amber", "green", "blue", "grey", "")
    }
    assert len(set(shapes.values())) == 6


def test_a_strip_is_told_run_by_run():
    assert marks.strip_text(["green", "green", "amber", "red"]) == "Last reports: 2 on track, 1 at risk, 1 off track"


def test_a_strip_shows_the_last_twelve_and_dots_before_the_first_report():
    few, many = marks.strip(["green"] * 2), marks.strip(["red"] * 3 + ["green"] * 12)
    assert 'class=bar-none d="M0 14.5h88"' in few
    assert 'class=bar-green d="M90 13h16"' in few
    assert "bar-red" not in many


@pytest.mark.parametrize(("days", "tone"), [(15, "amber"), (59, "amber"), (60, "red"), (-3, "green")])
def test_a_slip_is_coloured_as_the_house_judges_it(days, tone):
    assert f"t-{tone}" in marks.slip(days)


def test_a_slip_that_is_still_on_track_has_no_colour():
    assert "t-" not in marks.slip(14)


@pytest.mark.parametrize(("over", "tone"), [("0.049", ""), ("0.05", "amber"), ("0.1", "red"), ("-0.2", "")])
def test_an_overrun_is_coloured_as_the_house_judges_it(over, tone):
    assert marks.overrun_tone(Decimal(over)) == tone


def test_no_slip_and_no_baseline_are_different_words():
    assert "on baseline" in marks.slip(0)
    assert "no baseline" in marks.slip(None)


def test_a_report_older_than_its_cadence_is_late():
    since, today = date(2026, 10, 1), date(2026, 11, 8)
    assert "late" in marks.age_mark(since, 31, today)
    assert "late" not in marks.age_mark(since, 92, today)


def test_gaps_of_a_sparkline_stay_gaps():
    drawn = marks.sparkline([1.0, None, 3.0, 4.0], "Spend")
    assert drawn.count("M") == 2


def test_a_name_with_markup_is_printed_not_obeyed():
    assert "<b>" not in marks.person("<b>Eve</b> Smith")
    assert "<i>" not in marks.badge("<i>x</i>")


def test_initials_come_from_the_first_and_last_word():
    assert [marks.initials(name) for name in ("Alice Brandt", "Jean Luc Moreau", "Cher", "")] == ["AB", "JM", "C", ""]


def test_every_status_the_kernel_knows_can_be_drawn():
    assert all(marks.rag_chip(value) for value in (*rag.ALL, rag.NOT_REPORTED))
