"""Headers of many years, report years, business dates, names that mean one project, and codes; without a database."""

from __future__ import annotations

from datetime import date

import pytest

from pmo.exchange.rules.headers import recognise
from pmo.exchange.rules.limits import BadCell
from reporting.exchange.rules.columns import COLUMNS
from reporting.exchange.rules.naming import candidates, exact, likeness, project_code
from reporting.exchange.rules.years import business_date, report_year, year_in_headers, year_in_name


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("MPA RAG rating\n(A Delivery Confidence Assessment, five-point scale, Red – Green)", "rating"),
        ("IPA RAG rating (at a fixed point in time)", "rating"),
        ("IPA Delivery Confidence Assessment", "rating"),
        ("colour_rating", "rating"),
        ("SRO Delivery Confidence Assessment", "rating_sro"),
        ("GMPP ID Number", "project_number"),
        ("project_number", "project_number"),
        ("Project name", "project_name"),
        ("Annual Report Category", "category"),
        ("Description / Aims \n", "description"),
        ("Detailed Description / Aims", "description"),
        ("Departmental commentary on actions planned or taken on the IPA RAG rating.", "rating_comment"),
        ("Project - Start Date (Latest approved start date)", "start_date"),
        ("Project - End Date (Latest Approved End Date)", "end_date"),
        ("Departmental narrative on schedule, including any deviation (if necessary)", "schedule_comment"),
        ("2012/13 Budget (£million)", "budget"),
        ("2018/19 TOTAL Baseline £m (including Non-Government costs)", "budget"),
        ("Financial Year Baseline (£m)", "budget"),
        ("total_baseline", "budget"),
        ("2012/13 Forecast (£million)", "forecast"),
        ("Financial Year Forecast (£m)", "forecast"),
        ("forecast_incl_NGC", "forecast"),
        ("Departmental narrative on budget/forecast variance for 2015/16 (where more than 5%)", "variance_comment"),
        ("Total budgeted whole life costs (£million) (including non-government costs)", "whole_life_cost"),
        ("Whole Life Cost TOTAL Baseline £m (including Non-Government costs)", "whole_life_cost"),
        ("wlc_baseline_incl_NCG", "whole_life_cost"),
        ("Departmental narrative on budgeted whole life costs", "cost_comment"),
        ("TOTAL Baseline Benefits (£m)", "benefits"),
        ("Departmental Narrative on Budgeted Benefits", "benefits_comment"),
        ("Senior Responsible Owner (SRO) Name", "sponsor"),
    ],
)
def test_a_published_header_is_known(header: str, column: str) -> None:
    assert recognise([header], COLUMNS).positions == {column: (0,)}


@pytest.mark.parametrize("header", ["Financial Year Variance (%)", "2014/2015 Variance %age", "Cells to be exempted"])
def test_a_header_that_is_not_read_is_listed(header: str) -> None:
    assert recognise([header], COLUMNS).unknown == (header,)


@pytest.mark.parametrize(
    ("text", "year"), [("2021", 2021), ("2021.0", 2021), ("2020/21", 2021), ("FY 2020-2021", 2021)]
)
def test_a_report_year_is_read_however_it_is_written(text: str, year: int) -> None:
    assert report_year(text) == year


@pytest.mark.parametrize("text", ["21", "9999", "2020/25", "soon"])
def test_what_is_no_report_year_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="is no report year"):
        report_year(text)


def test_the_year_is_found_in_headers_and_names_when_they_name_one() -> None:
    assert year_in_headers(["Project", "2013/14 Budget", "2013/2014 Forecast"]) == 2014
    assert year_in_headers(["Project", "Budget"]) is None
    assert year_in_name("uk_2014.csv") == 2014
    assert year_in_name("register 2013-14.csv") == 2014
    assert year_in_name("uk_2018-2020.csv") is None
    assert year_in_name("export.csv") is None


@pytest.mark.parametrize(
    ("year", "day"),
    [(2014, date(2013, 9, 30)), (2020, date(2019, 9, 30)), (2021, date(2021, 3, 31)), (2023, date(2023, 3, 31))],
)
def test_figures_stand_for_the_day_that_their_year_s_report_names(year: int, day: date) -> None:
    assert business_date(year) == day


def test_only_white_space_is_evened_in_an_exact_name() -> None:
    assert exact(" High\u00a0Speed \n Rail ") == "High Speed Rail"
    assert exact("DREADNOUGHT") != exact("Dreadnought")


@pytest.mark.parametrize(
    ("one", "other", "likely"),
    [
        ("DREADNOUGHT", "Dreadnought", True),
        ("Tax-Free Childcare", "Tax Free Childcare", True),
        ("Custody Services (PECS) Generation 4", "Custody Services (PECS) Generation 4 Programme", True),
        (
            "Great Western Route Modernisation",
            "Great Western Route Modernisation (GWRM) including electrification",
            True,
        ),
        ("Health Transformation Programme", "Procurement Transformation Programme", False),
        ("Future Shared Services Programme", "Data Processing Services Programme", False),
        ("Programme", "Project", False),
    ],
)
def test_likely_names_are_told_from_names_that_share_filler(one: str, other: str, likely: bool) -> None:
    assert (likeness(one, other) >= 0.8) is likely


def test_candidates_are_the_best_few() -> None:
    others = {1: ["River-Bridge"], 2: ["River Bridges"], 3: ["Tunnel"], 4: ["river bridge project", "Old name"]}
    found = candidates("River Bridge", others)
    assert [(each.id, each.name) for each in found] == [
        (1, "River-Bridge"),
        (4, "river bridge project"),
        (2, "River Bridges"),
    ]


def test_a_code_is_the_identifier_or_made_from_the_name_and_never_taken_twice() -> None:
    assert project_code("MOD_0001_1112-Q1", "A400M", set()) == "MOD_0001_1112-Q1"
    assert project_code("", "Queen Élisabeth – class (2)", set()) == "QUEEN-ELISABETH-CLASS-2"
    assert project_code("has space", "Name", set()) == "NAME"
    again = project_code("MoD_0001_1112-Q1", "A400M", {"MOD_0001_1112-Q1"})
    assert again.startswith("MoD_0001_1112-Q1-")
    assert again == project_code("MoD_0001_1112-Q1", "A400M", {"MOD_0001_1112-Q1"})
    assert len(project_code("", "x" * 300, {"X" * 40})) == 40
    assert project_code("", "桥", set()) == "PROJECT"
