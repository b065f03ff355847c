"""The arithmetic of the pack against values worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reporting.packs.panels import sentences, wording
from reporting.packs.panels.heading import file_name, heading
from reporting.packs.rules import changes, excerpts, health, kpis, money, quality, slips
from reporting.packs.rules.figures import data_sha256, from_json, to_json

from .world import ASK, DEPOT, FARES, OCTOBER, SEPTEMBER, TRAM

pytestmark = pytest.mark.quick
D = Decimal
WHAT_CHANGED = changes.compare(SEPTEMBER, OCTOBER)


def codes(found) -> list[str]:
    return [getattr(item, "project", item).code for item in found]


def test_kept_figures_come_back_equal():
    assert from_json(to_json(OCTOBER)) == OCTOBER


def test_the_data_hash_changes_with_any_figure_and_with_nothing_else():
    assert data_sha256(OCTOBER) == data_sha256(from_json(to_json(OCTOBER)))
    assert data_sha256(OCTOBER) != data_sha256(replace(OCTOBER, of=6))
    assert len(data_sha256(OCTOBER)) == 64


def test_figures_kept_by_an_older_edition_are_still_read():
    kept = to_json(SEPTEMBER)
    for field in ("sponsor", "report_expected"):
        del kept["projects"][0][field]
    assert from_json(kept).projects[0] == replace(SEPTEMBER.projects[0], sponsor="", report_expected=True)


def test_worse_better_and_first_rated_are_told_apart():
    assert [(m.project.code, m.before, m.after) for m in WHAT_CHANGED.worse] == [("P-1", "amber", "red")]
    assert [(m.project.code, m.before, m.after) for m in WHAT_CHANGED.better] == [
        ("P-3", "red", "amber"),
        ("P-2", "green", "blue"),
    ]
    assert WHAT_CHANGED.otherwise == ()


def test_going_on_hold_is_neither_better_nor_worse():
    held = replace(SEPTEMBER, projects=(replace(TRAM, overall="grey"),))
    assert codes(changes.compare(SEPTEMBER, held).otherwise) == ["P-1"]


def test_added_closed_and_removed_projects_are_told():
    assert codes(WHAT_CHANGED.added) == ["P-5"]
    assert [(gone.project.code, gone.reason) for gone in WHAT_CHANGED.gone] == [("P-4", "closed")]


def test_a_project_missing_without_a_known_reason_is_told_as_hidden():
    fewer = replace(SEPTEMBER, projects=(TRAM,), gone={})
    assert [gone.reason for gone in changes.compare(SEPTEMBER, fewer).gone] == ["hidden"] * 3


def test_a_renamed_project_is_told_with_both_names():
    assert [(m.before, m.after) for m in WHAT_CHANGED.renamed] == [("Tram line", "Tram line 4")]


def test_dates_and_amounts_that_moved_are_told():
    assert [(m.before, m.after) for m in WHAT_CHANGED.redated] == [(date(2027, 4, 30), date(2027, 6, 30))]
    assert [(m.project.code, changes.amount_moved(m)) for m in WHAT_CHANGED.rebudgeted] == [("P-2", D("100000"))]
    assert [(m.project.code, changes.amount_moved(m)) for m in WHAT_CHANGED.reforecast] == [("P-1", D("800000"))]
    assert WHAT_CHANGED.rebaselined == ()


def test_budgets_of_two_fiscal_years_are_not_told_as_changes():
    found = changes.compare(replace(SEPTEMBER, fiscal_year="2025"), OCTOBER)
    assert (found.rebudgeted, found.reforecast) == ((), ())
    assert found.redated


def test_the_last_packs_decisions_are_answered_open_or_overdue():
    assert [(f.decision.text, f.outcome) for f in WHAT_CHANGED.decisions] == [
        ("Name a mediator", "answered"),
        ("Approve option B", "open"),
    ]
    later = replace(OCTOBER, at=date(2026, 11, 13))
    assert [f.outcome for f in changes.compare(SEPTEMBER, later).decisions] == ["answered", "overdue"]


def test_the_same_figures_twice_show_no_change():
    assert changes.compare(SEPTEMBER, SEPTEMBER).nothing
    assert not WHAT_CHANGED.nothing


def test_the_six_figures_and_their_changes():
    found = {
        kpi.code: (kpi.value, kpi.change, kpi.of, kpi.counted, kpi.verdict) for kpi in kpis.kpis(OCTOBER, SEPTEMBER)
    }
    assert found["attention"] == (2, 0, 4, 4, "unchanged")
    assert found["forecast"] == (D("8400000"), D("800000"), 4, 3, "worse")
    assert found["late_finishes"] == (1, 0, 4, 4, "unchanged")
    assert found["punctual"] == (75, -25, 4, 3, "worse")
    assert found["decisions"] == (1, -1, 1, 0, "better")
    value, change, *rest = found["overrun"]
    assert value.quantize(D("0.001")) == D("18.310")  # 1.3 m on 7.1 m
    assert change.quantize(D("0.001")) == D("10.977")  # it was 0.55 m on 7.5 m
    assert rest == [4, 3, "worse"]


def test_a_change_that_rounding_hides_is_no_change():
    then = replace(
        OCTOBER, projects=tuple(replace(p, forecast=p.forecast and p.forecast - 10_000) for p in OCTOBER.projects)
    )
    found = {kpi.code: (kpi.change, kpi.verdict) for kpi in kpis.kpis(OCTOBER, then)}
    assert found["forecast"] == (30_000, "unchanged")


def test_a_first_pack_claims_no_change():
    assert {(kpi.change, kpi.verdict) for kpi in kpis.kpis(OCTOBER, None)} == {(None, "")}


def test_forecasts_of_two_fiscal_years_are_not_compared():
    before = replace(SEPTEMBER, fiscal_year="2025")
    assert {kpi.code: kpi.change for kpi in kpis.kpis(OCTOBER, before)}["forecast"] is None


def test_money_by_programme_adds_up_over_the_same_projects():
    lines = {line.name: line for line in money.breakdown(OCTOBER)}
    north, south = lines["North"], lines["South"]
    assert (north.of, north.counted, north.budget, north.forecast) == (3, 2, D("6100000"), D("6900000"))
    assert (south.of, south.counted, south.difference, south.percent) == (1, 1, D("500000"), D("50"))
    assert money.whole(OCTOBER).difference == D("1300000")
    assert north.whole_life.amount == D("30000000")


def test_amounts_in_another_currency_are_not_counted():
    foreign = replace(OCTOBER, projects=(replace(FARES, currency="USD"), DEPOT))
    line = money.whole(foreign)
    assert (line.counted, line.of, line.budget, line.whole_life.counted) == (1, 2, D("2000000"), 1)


def test_an_amount_in_another_currency_names_it():
    foreign = replace(FARES, currency="USD", budget=D("2000000"))
    assert wording.figure(foreign, "budget", "EUR") == "$\u00a02.0"
    assert wording.figure(foreign, "budget", "USD") == "2.0"


def test_without_programmes_money_is_shown_by_unit():
    flat = replace(OCTOBER, projects=tuple(replace(p, programme="") for p in OCTOBER.projects))
    assert money.breakdown_axis(flat) == "unit"
    assert [line.name for line in money.breakdown(flat)] == ["Transport"]


def test_the_fewest_projects_that_cause_four_fifths_of_the_overruns():
    found = money.causes(OCTOBER)
    assert codes(found.projects) == ["P-1", "P-3"]  # 0.9 m is 64 % of 1.4 m, so the second is needed
    assert (found.amount, found.all_overruns, found.overrunning) == (D("1400000"), D("1400000"), 2)


def test_an_empty_portfolio_has_no_figures_and_no_division_by_zero():
    empty = replace(OCTOBER, projects=(), of=0, gone={})
    assert [kpi.value for kpi in kpis.kpis(empty, None)] == [0, None, None, 0, None, 0]
    assert money.causes(empty).projects == ()
    assert health.groups(empty) == ()
    assert slips.longest(slips.slips(empty, None)) == 0
    assert quality.checks(empty)[0].percent is None


def test_a_project_that_is_back_on_its_baseline_is_still_told_among_the_slips():
    back = replace(OCTOBER, projects=(replace(TRAM, finish_forecast=TRAM.finish_baseline),))
    found = slips.slips(back, SEPTEMBER)
    assert [(slip.project.code, slip.days, slip.was, slip.moved) for slip in found] == [("P-1", 0, 30, -30)]
    assert (slips.longest(found), slips.late(back)) == (30, 0)


def test_slips_show_then_and_now_on_a_common_scale():
    found = slips.slips(OCTOBER, SEPTEMBER)
    assert [(slip.project.code, slip.days, slip.was, slip.moved) for slip in found] == [("P-1", 91, 30, 61)]
    assert slips.longest(found) == 91
    assert slips.late(OCTOBER) == 1


def test_projects_come_worst_first_with_the_larger_overrun_leading():
    assert [(group.band, codes(group.projects)) for group in health.groups(OCTOBER)] == [
        ("off_track", ["P-1"]),
        ("at_risk", ["P-3"]),
        ("none", ["P-5"]),
        ("complete", ["P-2"]),
    ]


def test_a_row_of_red_reports_is_counted_from_the_latest_back():
    assert health.off_track_streak(replace(FARES, strip=("green", "red", "amber_red", "red"))) == 3
    assert health.off_track_streak(replace(FARES, strip=("red", "red", "red", "amber"))) == 0


def test_withheld_figures_are_neither_good_nor_missing():
    found = {check.code: check for check in quality.checks(OCTOBER)}
    assert (found["budget"].good, found["budget"].withheld, codes(found["budget"].missing)) == (3, 1, [])
    assert found["budget"].percent == 100
    assert (found["forecast"].percent, codes(found["forecast"].missing)) == (75, ["P-5"])
    assert (found["on_time"].percent, codes(found["on_time"].missing)) == (75, ["P-5"])
    assert (found["explained"].of, found["explained"].good) == (2, 2)


def test_a_long_narrative_ends_at_a_sentence():
    text = "First sentence. Second one is longer? " + "word " * 400
    found = excerpts.excerpt(text, 60)
    assert found.text == "First sentence. Second one is longer?"
    assert found.rest.startswith("word word")
    assert found.cut


def test_a_numbered_list_is_not_cut_after_its_number():
    found = excerpts.excerpt("Three things hold: first the steel. 2. then the tests that follow on from it.", 40)
    assert (found.text, found.rest[:7]) == ("Three things hold: first the steel.", "2. then")


def test_a_narrative_without_sentences_ends_at_a_word():
    assert excerpts.excerpt("alpha beta gamma delta", 12) == excerpts.Excerpt("alpha beta …", "gamma delta")


def test_a_short_narrative_is_left_alone():
    assert excerpts.excerpt("Two\n\nlines.", 60) == excerpts.Excerpt("Two lines.")


def test_a_word_longer_than_the_limit_is_cut():
    assert excerpts.excerpt("x" * 100_000, 40).text == "x" * 40 + " …"


def test_the_same_decision_is_found_again_by_its_words():
    assert ASK in OCTOBER.projects[2].decisions


def test_what_belongs_to_no_programme_stands_last_however_large_it_is():
    alone = replace(FARES, programme="", budget=D("9000000"), forecast=D("9000000"))
    lines = money.breakdown(replace(OCTOBER, projects=(alone, DEPOT)))
    assert [line.name for line in lines] == ["North", ""]


def test_the_forecast_of_all_and_that_of_those_with_a_budget_are_told_apart():
    unbudgeted = replace(DEPOT, budget=None, forecast=D("8000000"))
    told = sentences.budget(replace(OCTOBER, projects=(FARES, unbudgeted))).replace("\u00a0", " ")
    assert told.startswith("The forecast of 2026 is € 9.5 m.")
    assert "it is € 1.5 m, 50.0 % above" in told


def test_two_packs_of_one_name_are_told_apart_by_their_titles_and_files():
    assert heading(OCTOBER) == "Portfolio report, Transformation, October 2026"
    assert file_name(OCTOBER, 2) == "portfolio-report-transformation-2026-10-31-2.pdf"
    everything = replace(OCTOBER, scope_kind="everything", scope="All portfolios")
    assert heading(everything) == "Portfolio report, October 2026"


def test_answered_decisions_are_told_before_overdue_and_waiting_ones():
    late = replace(OCTOBER, at=date(2026, 12, 1))
    outcomes = [fate.outcome for fate in changes.compare(SEPTEMBER, late).decisions]
    assert outcomes == ["answered", "overdue"]


def test_on_hold_and_not_reported_have_shapes_of_their_own():
    assert len(set(wording.GLYPHS.values())) == len(wording.GLYPHS)
