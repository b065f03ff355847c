"""Published reports from elsewhere: kept as published, the same again changes nothing, and they can be withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portfolio.projects.models import Project
from portfolio.status.importing import ImportedStatus, import_published, withdraw_imported
from portfolio.status.models import StatusReport

pytestmark = pytest.mark.django_db
DAY = date(2020, 9, 30)


@pytest.fixture
def row(world):
    return ImportedStatus(
        world.projects["S-2"].pk,
        DAY,
        "amber_red",
        rating_as_published="Amber/ Red",
        summary="As published.",
        budget=Decimal("12.50"),
        currency="GBP",
        absent={"whole_life_cost": "Exempt under Section 43"},
    )


def test_an_imported_status_is_published_as_it_was_without_asking_for_comments(row, cast):
    outcome = import_published([row], actor=cast.analyst)
    report = StatusReport.objects.get(pk=outcome.created[0].pk)
    assert (report.state, report.origin, report.as_of, report.overall) == ("published", "import", DAY, "amber_red")
    assert (report.rating_as_published, report.dimensions, report.whole_life_cost) == ("Amber/ Red", {}, None)
    assert Project.objects.get(code="S-2").status_overall == "amber_red"


def test_the_same_again_changes_nothing(row, cast):
    import_published([row], actor=cast.analyst)
    before = list(StatusReport.objects.values())
    again = import_published([row], actor=cast.analyst)
    assert (again.created, again.corrected, again.unchanged) == ([], [], 1)
    assert list(StatusReport.objects.values()) == before


def test_a_different_figure_of_the_same_date_becomes_the_next_edition(row, cast):
    first = import_published([row], actor=cast.analyst).created[0]
    second = import_published([replace(row, budget=Decimal("13.00"))], actor=cast.analyst).corrected[0]
    assert (second.number, second.edition, second.corrects_id) == (1, 2, first.pk)
    assert StatusReport.objects.get(pk=first.pk).state == "superseded"


def test_an_older_year_that_comes_later_does_not_become_the_standing(row, cast):
    import_published([row], actor=cast.analyst)
    import_published([replace(row, as_of=date(2019, 9, 30), overall="green")], actor=cast.analyst)
    project = Project.objects.get(code="S-2")
    assert (project.status_overall, project.status_as_of) == ("amber_red", DAY)
    assert project.status_strip == [["2019-09-30", "green"], ["2020-09-30", "amber_red"]]


def test_withdrawing_takes_back_what_was_imported_and_restores_what_it_replaced(row, cast):
    first = import_published([row], actor=cast.analyst).created[0]
    second = import_published([replace(row, overall="red")], actor=cast.analyst).corrected[0]
    assert withdraw_imported([second.pk], actor=cast.analyst) == 1
    assert StatusReport.objects.get(pk=first.pk).state == "published"
    assert Project.objects.get(code="S-2").status_overall == "amber_red"
    assert withdraw_imported([first.pk], actor=cast.analyst) == 1
    project = Project.objects.get(code="S-2")
    assert (project.status_overall, project.status_as_of, project.status_strip) == ("", None, [])


def test_reports_that_people_wrote_are_never_withdrawn(world, cast):
    entered = StatusReport.objects.filter(project=world.projects["N-1"]).first()
    assert withdraw_imported([entered.pk], actor=cast.analyst) == 0


def test_many_rows_take_no_more_queries_than_few(world, cast, django_assert_max_num_queries):
    projects = [project.pk for project in world.projects.values()]
    rows = [ImportedStatus(pk, date(year, 9, 30), "green") for pk in projects for year in range(2013, 2021)]
    import_published(rows[:1], actor=cast.analyst)
    with django_assert_max_num_queries(14):
        assert len(import_published(rows, actor=cast.analyst).created) == 47
