"""The portfolio home: its figures, cut to the reader, in a constant number of queries, today and earlier."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pmo.access.models import User
from pmo.ui.formats import NBSP
from portfolio.projects.models import Project
from portfolio.status.models import DecisionNeeded, StatusReport
from portfolio.status.standing import refresh
from reporting.dashboard.panels import pictures
from reporting.dashboard.views import PortfolioHome
from reporting.sample.small import published

pytestmark = pytest.mark.django_db


def state_of(client, address="/dashboard/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.context["state"], {each.label: each for each in response.context["kpis"]}


def test_figures_are_those_of_the_projects_that_the_reader_sees(cast, client_of):
    _state, kpis = state_of(client_of(cast.director))
    assert kpis["Open projects"].value == "5"
    assert kpis["Off track"].note == "1 at risk, 1 on track, 3 without status"
    assert kpis["Reports on time"].unit == "of 5"
    _state, mine = state_of(client_of(cast.bob))
    assert mine["Open projects"].value == "3"
    assert mine["Forecast of the year"].value == "€\N{NO-BREAK SPACE}3.06"


def test_a_missing_figure_is_said_and_never_counted_as_zero(cast, client_of):
    Project.objects.filter(code="S-2").update(forecast=None, absent={"forecast": "exempt"})
    _state, kpis = state_of(client_of(cast.bob))
    assert "2 of 3 counted" in kpis["Forecast of the year"].note
    assert "exempt" in client_of(cast.bob).get("/dashboard/").content.decode()


def test_confidential_projects_leak_into_no_figure(cast, client_of):
    html = client_of(cast.director).get("/dashboard/").content.decode()
    assert "Secret site" not in html
    state, _kpis = state_of(client_of(cast.director))
    assert {project.code for project in state.projects} == {"N-1", "N-2", "N-3", "S-1", "S-2"}


def test_what_got_worse_since_the_period_before_is_named(cast, client_of, world):
    published(world.projects["N-1"], world.today, "red", checker=cast.analyst, number=3)
    refresh([world.projects["N-1"].pk])
    Project.objects.filter(code="N-1").update(
        finish_forecast=world.projects["N-1"].finish_baseline + timedelta(days=70)
    )
    columns = client_of(cast.director).get("/dashboard/").context["columns"]
    lists = {each.title.split(" since")[0]: each for column in columns for each in column}
    assert [item.text for item in lists["Turned red"].items] == ["Bridge"]
    assert [(item.text, item.when) for item in lists["Finish moved later"].items] == [
        ("Bridge", "+70\N{NO-BREAK SPACE}d")
    ]


def test_declared_better_than_computed_is_named_with_both(cast, client_of):
    Project.objects.filter(code="S-1").update(forecast=Decimal("1200000.00"))
    columns = client_of(cast.director).get("/dashboard/").context["columns"]
    found = next(each for each in columns[2] if each.title == "Declared better than computed")
    assert [(item.text, item.when, item.sub) for item in found.items] == [("Harbour", "On track → Off track", "Cost")]


def test_all_late_managers_are_reminded_from_the_home_by_those_who_may(cast, client_of, world):
    columns = client_of(cast.director).get("/dashboard/").context["columns"]
    late = next(each for each in columns[2] if each.title == "Reports late")
    posted = {"bulk": "status.remind", "selected": late.remind}
    assert client_of(cast.director).post("/dashboard/", posted).status_code == 302
    assert client_of(cast.executive).post("/dashboard/", posted).status_code == 400


def test_an_earlier_business_date_shows_what_was_published_by_then(cast, client_of, world):
    day = world.today - timedelta(days=45)
    response = client_of(cast.director).get(f"/dashboard/?at={day.isoformat()}")
    state = response.context["state"]
    assert {world.projects["N-1"].pk: "green"} == {pk: each.overall for pk, each in state.now.items()}
    assert response.context["past"]["count"] == 1
    assert "Harbour" not in response.content.decode()


def test_the_table_of_an_earlier_date_comes_in_pages_worst_first(cast, client_of, world, monkeypatch):
    monkeypatch.setattr(PortfolioHome, "page_size", 1)
    day = world.today - timedelta(days=1)
    published(world.projects["S-1"], day, "red", checker=cast.analyst, number=9)
    client = client_of(cast.director)
    first, second = (client.get(f"/dashboard/?at={day.isoformat()}&page={page}") for page in (1, 2))
    assert [first.context["past"]["count"], second.context["past"]["shown"].number] == [2, 2]
    assert ["Harbour" in each.context["past"]["body"] for each in (first, second)] == [True, False]
    assert f"?at={day.isoformat()}&amp;page=2" in first.content.decode()


def test_a_date_that_is_none_is_refused_in_words(cast, client_of):
    response = client_of(cast.director).get("/dashboard/?at=soon")
    assert response.status_code == 400
    assert "“soon” is not a date" in response.content.decode()


def test_seldom_snapshots_make_the_periods_and_keep_their_own_ratings(cast, client_of, world):
    StatusReport.objects.all().delete()
    years = (world.today.year - 2, world.today.year - 1)
    for year, overall in zip(years, ("amber_red", "amber_green"), strict=True):
        report = published(world.projects["S-1"], world.today.replace(year=year, day=1), overall, checker=cast.analyst)
        StatusReport.objects.filter(pk=report.pk).update(number=year)
    published(world.projects["S-2"], world.today.replace(year=years[0], day=1), "red", checker=cast.analyst)
    refresh([world.projects["S-1"].pk, world.projects["S-2"].pk])
    state, kpis = state_of(client_of(cast.bob))
    assert state.periods.snapshots
    assert len(state.periods.ends) == 2
    assert kpis["Projects reported"].value == "1"
    assert (kpis["Off track"].value, kpis["Off track"].change) == ("0", "\N{MINUS SIGN}2")


def test_the_home_of_a_portfolio_a_programme_and_a_unit_hold_their_projects(cast, client_of, world):
    client = client_of(cast.director)
    addresses = {
        "/dashboard/portfolios/NORTH/": {"N-1", "N-2", "N-3"},
        "/dashboard/programmes/PORTS/": {"S-2"},
        f"/dashboard/units/{world.units['ROOT'].pk}/": {"N-2", "S-1"},
    }
    for address, codes in addresses.items():
        state, _kpis = state_of(client, address)
        assert {project.code for project in state.projects} == codes
    assert client_of(cast.executive).get("/dashboard/portfolios/NORTH/").status_code == 404
    assert client_of(cast.alice).get(f"/dashboard/units/{world.units['WORKS'].pk}/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_projects(cast, client_of, world):
    def asked() -> int:
        client = client_of(User.objects.get(pk=cast.director.pk))
        with CaptureQueriesContext(connection) as queries:
            client.get("/dashboard/")
        return len(queries)

    few = asked()
    Project.objects.bulk_create(
        Project(code=f"X-{n}", name=f"Extra {n}", portfolio=world.portfolios["NORTH"], manager=cast.alice, budget=n)
        for n in range(40)
    )
    assert asked() == few
    assert few <= 24


def test_the_sentence_over_the_picture_follows_from_the_data():
    first = {"off_track": 2, "on_track": 8}
    assert pictures.status_sentence([]) == "Nothing has been reported yet."
    assert pictures.status_sentence([first]) == "2 of 10 off track."
    assert pictures.status_sentence([first, first]) == "2 of 10 off track, as many as in the period before."
    worse = {"off_track": 4, "on_track": 6}
    assert pictures.status_sentence([first, worse]) == (
        "4 of 10 off track, 2 more than in the period before and the most in all periods shown."
    )
    assert pictures.status_sentence([worse, first]) == "2 of 10 off track, 2 fewer than in the period before."


def test_the_numbers_of_the_status_cell_add_up_to_all_open_projects(cast, client_of):
    Project.objects.filter(code="N-3").update(status_overall="grey")
    _state, kpis = state_of(client_of(cast.director))
    assert kpis["Off track"].note == "1 at risk, 1 on track, 1 on hold, 2 without status"


def test_money_is_summed_in_the_currency_that_all_share_and_says_what_is_in_others(cast, client_of):
    Project.objects.filter(portfolio__code="SOUTH").update(currency="GBP")
    client = client_of(cast.director)
    _state, mixed = state_of(client)
    assert mixed["Whole-life cost"].note == "3 of 5 counted, 2 in GBP"
    _state, south = state_of(client, "/dashboard/portfolios/SOUTH/")
    assert (south["Whole-life cost"].words, south["Whole-life cost"].note) == (f"£{NBSP}8.00 m", "2 of 2 counted")
    html = client.get("/dashboard/portfolios/SOUTH/").content.decode()
    assert f"£{NBSP}4.00<" not in html, "the head of the column names the currency"
    assert "£m" in html
    assert "£m" in client.get("/portfolios/SOUTH/").content.decode()


def test_a_list_that_is_cut_leads_to_all_that_it_counts(cast, client_of, world):
    report = world.projects["S-1"].reports.get()
    asked = [f"Decide {n}." for n in range(20)]
    DecisionNeeded.objects.bulk_create(
        DecisionNeeded(report=report, text=text, needed_by=world.today) for text in asked
    )
    client = client_of(cast.director)
    columns = client.get("/dashboard/").context["columns"]
    (decisions,) = columns[0]
    assert (decisions.count, len(decisions.items)) == (20, 5)
    every = client.get(decisions.url).content.decode()
    assert all(text in every for text in asked)
    assert columns[2][0].url.endswith("?view=late#list-title")
