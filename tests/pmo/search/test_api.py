"""Search over REST."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
URL = "/api/v1/search/"


def test_hits_tell_what_they_are_and_where_their_words_stand(api_of, cast):
    found = api_of(cast.director).get(f"{URL}?q=steel&kind=report").json()
    assert found["count"] == 1
    hit = found["results"][0]
    assert (hit["kind"], hit["code"], hit["title"], hit["status"]) == ("report", "N-1", "Bridge", "amber")
    assert hit["excerpt"].startswith("Bridge stands at amber. The steel is late.")
    assert hit["url"] == f"/reports/{hit['id']}/"


def test_the_limit_holds_for_each_kind(api_of, cast):
    found = api_of(cast.director).get(f"{URL}?q=bridge&limit=1").json()
    assert [hit["kind"] for hit in found["results"]] == ["project", "report"]


@pytest.mark.parametrize(
    "query", ["nosuch=1", "kind=nosuch", "kind=person", "limit=0", "limit=x", "limit=51", "page=2"]
)
def test_what_the_door_does_not_know_is_named(api_of, cast, query):
    answer = api_of(cast.alice).get(f"{URL}?q=bridge&{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_a_token_finds_only_what_its_scopes_name(api_of, cast):
    assert {hit["kind"] for hit in api_of(cast.analyst, "project:read").get(f"{URL}?q=bridge").json()["results"]} == {
        "project",
        "report",
    }
    assert api_of(cast.analyst, "pack:read").get(f"{URL}?q=bridge").json() == {"count": 0, "results": []}


def test_nothing_asked_finds_nothing(api_of, cast):
    assert api_of(cast.director).get(URL).json() == {"count": 0, "results": []}
    assert api_of(cast.director).get(f"{URL}?q=%F0%9F%99%82").json() == {"count": 0, "results": []}
