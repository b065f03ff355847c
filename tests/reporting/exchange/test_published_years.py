"""The published files of 2019 to 2021 come out as counted independently; skipped where the files are not at hand."""

from __future__ import annotations

import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Sum

from portfolio.projects.models import Project, ProjectKey
from portfolio.status.models import StatusReport

REFERENCE = Path(os.environ.get("PMO_REFERENCE_DATA", "../shared/data")) / "uk_gmpp"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data is not at hand (PMO_REFERENCE_DATA)"),
]
WORDS = {
    "Green": "green",
    "Amber/Green": "amber_green",
    "Amber": "amber",
    "Amber/Red": "amber_red",
    "Red": "red",
    "Exempt": "exempt",
    "Other text": "",
    "OTHER:The pr": "",
}


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return json.loads((REFERENCE / "facts.json").read_text())


def published(year: int) -> bytes:
    return (REFERENCE / f"uk_{year}.csv").read_bytes()


def pounds(millions: float) -> Decimal:
    return (Decimal(str(millions)) * 1_000_000).quantize(Decimal("0.01"))


@pytest.mark.parametrize("year", [2019, 2020, 2021])
def test_a_year_comes_out_as_counted(year: int, imported: Any, facts: dict[str, Any]) -> None:
    expected = facts[str(year)]
    run = imported(published(year), f"uk_{year}.csv")
    assert run.counts == {
        "read": expected["projects"],
        "created": expected["projects"],
        "updated": 0,
        "unchanged": 0,
        "refused": 0,
        "questions": 0,
    }
    reports = StatusReport.objects.published()
    ratings = Counter(reports.values_list("overall", flat=True))
    assert ratings == Counter({WORDS[name]: count for name, count in expected["rag"].items()})
    sums = reports.aggregate(
        Sum("whole_life_cost"),
        Sum("budget"),
        Sum("forecast"),
        Count("whole_life_cost"),
        Count("budget"),
        Count("forecast"),
    )
    assert sums == {
        "whole_life_cost__sum": pounds(expected["wlc_sum_gbp_m"]),
        "whole_life_cost__count": expected["wlc_disclosed_count"],
        "budget__sum": pounds(expected["fy_baseline_sum_gbp_m"]),
        "budget__count": expected["fy_baseline_count"],
        "forecast__sum": pounds(expected["fy_forecast_sum_gbp_m"]),
        "forecast__count": expected["fy_forecast_count"],
    }
    assert reports.filter(start=None).count() == expected["no_start_date"]
    assert reports.filter(finish_forecast=None).count() == expected["no_end_date"]
    for department, counted in expected["by_department"].items():
        projects = Project.objects.filter(unit__code__iexact=department)
        assert projects.count() == counted["projects"], department
        assert projects.filter(status_overall__in=("red", "amber_red")).count() == counted["red_or_amber_red"]
        total = projects.aggregate(total=Sum("whole_life_cost"))["total"]
        assert total == pounds(counted["wlc_sum_gbp_m"]), department


def test_2020_to_2021_moves_as_counted(imported: Any, facts: dict[str, Any]) -> None:
    expected = facts["transitions"]["2020->2021"]
    imported(published(2020))
    run = imported(published(2021))
    assert (run.rows_updated, run.rows_created) == (expected["in_both"], expected["joined"])
    before = {each.project_id: each for each in StatusReport.objects.filter(as_of__year=2019)}
    after = {each.project_id: each for each in StatusReport.objects.filter(as_of__year=2021)}
    both = sorted(before.keys() & after.keys())
    assert (len(both), len(before) - len(both), len(after) - len(both)) == (81, 44, 103)
    ends = [(before[pk].finish_forecast, after[pk].finish_forecast) for pk in both]
    dated = [(old, new) for old, new in ends if old and new]
    assert sum(new > old for old, new in dated) == expected["end_date_later"]
    assert sum(new == old for old, new in dated) == expected["end_date_same"]
    assert sum(new < old for old, new in dated) == expected["end_date_earlier"]
    costs = [(before[pk].whole_life_cost, after[pk].whole_life_cost) for pk in both]
    assert sum(new > old for old, new in costs if old is not None and new is not None) == expected["wlc_up"]
    matrix = Counter((before[pk].overall, after[pk].overall) for pk in both)
    told = {tuple(WORDS[word] for word in move.split("->")): count for move, count in expected["rag_matrix"].items()}
    assert matrix == Counter(told)


def test_names_join_2019_to_2020_only_when_they_are_the_same(imported: Any) -> None:
    imported(published(2020))
    run = imported(published(2019))
    assert (run.rows_read, run.rows_updated, run.rows_created) == (133, 101, 32)
    asked = {row.label for row in run.rows.exclude(choices=[])}
    assert {"Tax-Free Childcare", "Prisoner Escort and Custody Services (PECS) Generation 4"} <= asked
    assert Project.objects.count() == 125 + 32


def test_all_years_in_one_file_make_the_same_portfolio_at_once(imported: Any) -> None:
    run = imported((REFERENCE / "normalised_2019_2021.csv").read_bytes(), "all.csv")
    assert (run.rows_read, run.rows_created + run.rows_updated, run.rows_refused) == (442, 442, 0)
    assert StatusReport.objects.count() == 442
    assert Project.objects.count() == run.rows_created


def test_the_order_of_the_years_does_not_matter(imported: Any) -> None:
    for year in (2021, 2020, 2019):
        imported(published(year))
    newest = Project.objects.get(code="MOD_0106_1617-Q1")
    assert newest.whole_life_cost == Decimal("2013020000.00")
    assert [each.as_of.isoformat() for each in newest.reports.order_by("as_of")] == [
        "2018-09-30",
        "2019-09-30",
        "2021-03-31",
    ]


def test_the_same_data_again_changes_nothing(imported: Any, preview: Any) -> None:
    for year in (2019, 2020, 2021):
        imported(published(year))
    state = (Project.objects.count(), StatusReport.objects.count(), ProjectKey.objects.count())
    versions = list(Project.objects.order_by("pk").values_list("version", flat=True))
    for data, name in (
        (published(2020), "renamed.csv"),
        ((REFERENCE / "normalised_2019_2021.csv").read_bytes(), "all.csv"),
    ):
        run = preview(data, name)
        assert (run.rows_unchanged, run.rows_created, run.rows_updated, run.rows_refused) == (run.rows_read, 0, 0, 0)
    assert state == (Project.objects.count(), StatusReport.objects.count(), ProjectKey.objects.count())
    assert versions == list(Project.objects.order_by("pk").values_list("version", flat=True))
