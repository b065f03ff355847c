"""Explanations by page and REST: exact values, origins by right, what is left out, and what cannot be asked."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portfolio.projects import actions
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db
REST = "/api/v1/explain/"


def told(api_of, person, slug: str, **query):
    response = api_of(person).get(f"{REST}{slug}/", query)
    assert response.status_code == 200, response.content
    return response.json()


def test_an_overrun_tells_formula_inputs_thresholds_and_who_entered_them(world, cast, api_of):
    bridge = world.projects["N-1"]
    actions.edit_project(bridge, {"forecast": Decimal("1100000.00")}, actor=cast.alice, version=bridge.version)
    found = told(api_of, cast.director, "overrun", project="N-1")
    assert Decimal(found["value"]) == Decimal("0.1")
    assert found["shown"] == "+10.0\N{NO-BREAK SPACE}%"
    assert found["formula"] == "overrun = (forecast of the year − budget of the year) ÷ budget of the year"
    assert found["source"] == "pmo.kernel.money.change_ratio"
    assert [(each["label"], each["entered_by"]) for each in found["inputs"]] == [
        ("Budget of the year", "System"),
        ("Forecast of the year", "Alice Small"),
    ]
    assert [each["value"] for each in found["thresholds"]] == ["5.0\N{NO-BREAK SPACE}%", "10.0\N{NO-BREAK SPACE}%"]


def test_names_of_who_entered_are_for_those_who_may_read_history(cast, api_of):
    assert {each["entered_by"] for each in told(api_of, cast.member, "slip", project="N-1")["inputs"]} == {""}
    assert {each["entered_by"] for each in told(api_of, cast.alice, "slip", project="N-1")["inputs"]} == {"System"}


def test_a_figure_of_the_home_names_with_links_what_it_cannot_count(cast, api_of):
    Project.objects.filter(code="S-2").update(forecast=None, absent={"forecast": "exempt"})
    found = told(api_of, cast.bob, "year-forecast")
    assert found["shown"] == "€\N{NO-BREAK SPACE}2.04 m"
    assert found["value"] == {"amount": "2040000.00", "currency": "EUR"}
    (left,) = found["left_out"]
    assert left["sentence"] == "1 of 3 has no forecast:"
    assert left["objects"] == [{"label": "Ferry", "value": "/projects/S-2/"}]


@pytest.mark.django_db(transaction=True)
def test_the_past_is_explained_with_what_was_known_then(world, cast, api_of):
    bridge, before = world.projects["N-1"], timezone.now()
    later = bridge.finish_baseline + timedelta(days=30)
    actions.edit_project(bridge, {"finish_forecast": later}, actor=cast.alice, version=bridge.version)
    assert told(api_of, cast.director, "slip", project="N-1")["value"] == 30
    assert told(api_of, cast.director, "slip", project="N-1", as_of=before.isoformat())["value"] == 0


def test_health_tells_what_was_declared_and_what_is_computed(cast, api_of):
    found = told(api_of, cast.director, "health", project="N-1", dimension="cost")
    assert found["inputs"][-1]["value"] == "On track: forecast +2.0\N{NO-BREAK SPACE}% against the budget"
    assert told(api_of, cast.director, "computed-health", project="N-1", dimension="cost")["value"] == "green"


@pytest.mark.parametrize(
    ("address", "status", "message"),
    [
        ("slip/", 400, "Say which one is meant, for example ?project=…"),
        ("slip/?project=N-1&at=2026-01-01", 400, "This is not a parameter here. Known: project, as_of."),
        ("health/?project=N-1&dimension=luck", 400, "“luck” is not known here. Known: overall, schedule"),
        ("open-projects/?at=tomorrow", 400, "“tomorrow” is not a date; write it as 2026-11-30."),
        ("open-projects/?portfolio=NORTH&programme=RAILS", 400, "Name one portfolio, programme or unit, not several."),
        ("open-projects/?unit=99999999999999999999", 404, ""),
        ("slip/?project=N-4", 404, ""),
        ("slip/?project=%00", 404, ""),
        ("luck/", 404, ""),
        ("pack-overrun/?run=1", 404, ""),
        ("slip/?project=N-1&as_of=never", 400, "“never” is neither a date nor an ISO 8601 instant."),
    ],
)
def test_what_cannot_be_explained_is_refused_with_a_way_out(address, status, message, cast, api_of, client_of):
    response = api_of(cast.director).get(REST + address)
    assert response.status_code == status, response.content
    assert message in response.content.decode()
    assert client_of(cast.director).get(f"/explain/{address}").status_code in (400, 404, 422)


def test_all_figures_are_listed_for_those_who_may_see_what_they_are_made_of(cast, api_of):
    assert api_of(cast.stranger).get(REST).json()["count"] == 0
    slugs = {each["slug"] for each in api_of(cast.director).get(REST).json()["results"]}
    assert {"slip", "health", "open-projects", "pack-overrun"} <= slugs
