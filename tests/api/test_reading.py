"""Lists and details over REST: what is there, for whom, in how many queries."""

from __future__ import annotations

from typing import Any

import pytest

from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db
CAST = [
    "director",
    "portfolio",
    "alice",
    "bob",
    "analyst",
    "administrator",
    "executive",
    "resources",
    "member",
    "sysadmin",
]


def test_a_project_is_found_by_its_code_in_any_case(api_of: Any, cast: Any) -> None:
    answer = api_of(cast.alice).get("/api/v1/projects/n-1/")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["code"], body["name"], body["manager"]["code"]) == ("N-1", "Bridge", "alice")
    assert body["budget"] == {"amount": "1000000.00", "currency": "EUR"}
    assert body["budget_reason"] is None
    assert body["status"]["overall"] == "amber"
    assert answer["ETag"] == f'"portfolio.project-{body["id"]}-{body["version"]}"'
    assert api_of(cast.alice, "read").get("/api/v1/projects/N-1/")["Cache-Control"] == "no-store, private"


def test_a_missing_figure_is_null_with_its_reason(api_of: Any, cast: Any, world: Any) -> None:
    Project.objects.filter(code="N-3").update(absent={"budget": "Exempt under section 43"})
    body = api_of(cast.alice).get("/api/v1/projects/N-3/").json()
    assert (body["budget"], body["budget_reason"]) == (None, "Exempt under section 43")


def test_who_sees_which_projects(api_of: Any, cast: Any) -> None:
    seen = {name: api_of(getattr(cast, name)).get("/api/v1/projects/?sort=code&fields=code") for name in CAST}
    codes = {name: [row["code"] for row in answer.json().get("results", [])] for name, answer in seen.items()}
    assert codes == {
        "director": ["N-1", "N-2", "N-3", "S-1", "S-2"],
        "portfolio": ["N-1", "N-2", "N-3"],
        "alice": ["N-1", "N-3", "N-4"],
        "bob": ["N-2", "S-1", "S-2"],
        "analyst": ["N-1", "N-2", "N-3", "S-1", "S-2"],
        "administrator": ["N-1", "N-2", "N-3", "S-1", "S-2"],
        "executive": ["S-1", "S-2"],
        "resources": ["N-2", "S-1"],
        "member": ["N-1"],
        "sysadmin": [],
    }
    assert [seen["sysadmin"].status_code, seen["member"].json()["count"]] == [403, 1]


def test_reports_of_the_cast(api_of: Any, cast: Any) -> None:
    counts = {name: api_of(getattr(cast, name)).get("/api/v1/status-reports/").json().get("count") for name in CAST}
    assert counts == {
        "director": 3,
        "portfolio": 2,
        "alice": 2,
        "bob": 1,
        "analyst": 3,
        "administrator": 3,
        "executive": 1,
        "resources": 1,
        "member": 2,
        "sysadmin": None,
    }


@pytest.mark.parametrize(
    "address", ["projects", "status-reports", "portfolios", "programmes", "units", "users", "audit"]
)
def test_a_list_takes_as_many_queries_for_forty_rows_as_for_two(
    address: str, api_of: Any, cast: Any, world: Any, django_assert_max_num_queries: Any
) -> None:
    template = world.projects["N-1"]
    fresh = [
        Project(
            code=f"X-{place}", name=f"Extra {place}", portfolio=template.portfolio, manager=cast.alice, sponsor=cast.bob
        )
        for place in range(40)
    ]
    Project.objects.bulk_create(fresh)
    client = api_of(cast.director, "read")
    with django_assert_max_num_queries(8):
        answer = client.get(f"/api/v1/{address}/?page_size=100" if address != "audit" else "/api/v1/audit/")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", "colour"),
        ("sort=colour", "sort"),
        ("page=0", "page"),
        ("page=99", "page"),
        ("page=x", "page"),
        ("page_size=501", "page_size"),
        ("page_size=0", "page_size"),
        ("fields=colour", "fields"),
        ("as_of=soon", "as_of"),
        ("phase=nowhere", "phase"),
        ("portfolio=x", "portfolio"),
        ("portfolio=99999999999999999999", "portfolio"),
        ("q=%00", "q"),
        ("as_of=9999-12-31", "as_of"),
        ("as_of=2026-02-30", "as_of"),
        ("%ED%A0%80=1", "\\udceda0"),
    ],
)
def test_what_a_list_does_not_know_is_refused_by_name(query: str, named: str, api_of: Any, cast: Any) -> None:
    answer = api_of(cast.director).get(f"/api/v1/projects/?{query}")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["errors"]
    if "\\" not in named:
        assert named in [error["field"] for error in body["errors"]]


def test_sorting_puts_the_unknown_last_both_ways(api_of: Any, cast: Any) -> None:
    client = api_of(cast.director)
    for sort in ("budget", "-budget"):
        rows = client.get(f"/api/v1/projects/?sort={sort}&fields=code").json()["results"]
        assert rows[-1] == {"code": "N-3"}


def test_pages_follow_each_other(api_of: Any, cast: Any) -> None:
    client = api_of(cast.director)
    first = client.get("/api/v1/projects/?page_size=2&fields=code").json()
    assert first["count"] == 5
    assert first["previous"] is None
    second = client.get(first["next"]).json()
    assert [row["code"] for row in first["results"] + second["results"]] == ["N-1", "N-2", "N-3", "S-1"]


def test_filters_are_those_of_the_page(api_of: Any, cast: Any, world: Any) -> None:
    client = api_of(cast.director)
    south = world.portfolios["SOUTH"].pk

    def codes(query: str) -> list[str]:
        return [row["code"] for row in client.get(f"/api/v1/projects/?{query}").json()["results"]]

    assert codes(f"portfolio={south}") == ["S-1", "S-2"]
    assert codes("status=amber&status=green") == ["N-1", "S-1"]
    assert codes("manager=alice&q=bri") == ["N-1"]
    assert codes("status=none") == ["N-2", "N-3", "S-2"]


def test_an_unchanged_object_is_not_sent_again(api_of: Any, cast: Any) -> None:
    client = api_of(cast.alice)
    etag = client.get("/api/v1/projects/N-1/")["ETag"]
    again = client.get("/api/v1/projects/N-1/", HTTP_IF_NONE_MATCH=etag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert client.get("/api/v1/projects/N-1/", HTTP_IF_NONE_MATCH='"other"').status_code == 200


def test_a_former_code_leads_to_the_project_for_those_who_may_see_it(api_of: Any, cast: Any, world: Any) -> None:
    world.projects["N-1"].keys.create(source="code", key="OLD-1")
    answer = api_of(cast.alice).get("/api/v1/projects/old-1/history/?page_size=1")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/projects/N-1/history/?page_size=1")
    assert api_of(cast.bob).get("/api/v1/projects/OLD-1/").status_code == 404


def test_the_caller_learns_who_he_is_and_how_far_his_rights_go(api_of: Any, cast: Any) -> None:
    body = api_of(cast.portfolio, "read").get("/api/v1/me/").json()
    assert (body["username"], body["roles"], body["token"]["scopes"]) == ("portfolio", ["portfolio_manager"], ["read"])
    assert body["permissions"]["project.view"] == "portfolio"
    assert "project.edit" not in body["permissions"]


def test_nobody_reads_the_tokens_of_others(api_of: Any, cast: Any, token_of: Any) -> None:
    token_of(cast.alice, "read")
    assert api_of(cast.bob).get("/api/v1/tokens/").json()["results"] == []
    assert len(api_of(cast.alice).get("/api/v1/tokens/").json()["results"]) == 1


def test_history_tells_who_changed_what(api_of: Any, cast: Any) -> None:
    client = api_of(cast.alice)
    etag = client.get("/api/v1/projects/N-1/")["ETag"]
    client.patch("/api/v1/projects/N-1/", {"name": "New bridge"}, format="json", HTTP_IF_MATCH=etag)
    newest = client.get("/api/v1/projects/N-1/history/").json()["results"][0]
    assert (newest["actor"], newest["verb"], newest["source"]) == ("Alice Small", "project.edit", "rest")
    assert newest["changes"] == [
        {
            "field": "Name",
            "before": "Bridge",
            "after": "New bridge",
            "sentence": "Name changed from Bridge to New bridge",
        }
    ]
    assert api_of(cast.member).get("/api/v1/projects/N-1/history/").status_code == 403


def test_unknown_addresses_answer_with_a_problem(api_of: Any, cast: Any) -> None:
    answer = api_of(cast.alice).get("/api/v1/nothing/here/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert api_of().get("/api/v1/nothing/").status_code == 401
    assert api_of(cast.alice).get("/api/v1/%0A/").headers["Content-Type"] == "application/problem+json"


def test_a_forgotten_last_slash_is_put_right(api_of: Any, cast: Any) -> None:
    answer = api_of(cast.alice).get("/api/v1/projects/N-1?fields=code")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/projects/N-1/?fields=code")


def test_the_caller_reads_his_own_work_and_notices(api_of: Any, cast: Any) -> None:
    cast.alice.notices.create(kind="status", text="Yours", key="k")
    cast.bob.notices.create(kind="status", text="His", key="k")
    client = api_of(cast.alice, "read")
    assert [row["text"] for row in client.get("/api/v1/notices/?unread=true").json()["results"]] == ["Yours"]
    assert client.get("/api/v1/notices/?unread=false").json()["count"] == 0
    work = api_of(cast.bob).get("/api/v1/work/").json()
    assert work["count"] == len(work["results"]) > 0
    assert {item["when"] for item in work["results"]} <= {"now", "week", "later", "waiting"}


def test_search_finds_only_what_the_caller_may_see(api_of: Any, cast: Any) -> None:
    found = api_of(cast.alice).get("/api/v1/search/?q=secret").json()
    assert [hit["title"] for hit in found["results"]] == ["Secret site"]
    assert api_of(cast.director).get("/api/v1/search/?q=secret").json() == {"count": 0, "results": []}


@pytest.mark.parametrize("cursor", ["cD0x", "cD0lMDA=", "bz0x", "%00"])
def test_a_forged_cursor_is_malformed_and_breaks_nothing(cursor: str, api_of: Any, cast: Any) -> None:
    answer = api_of(cast.director).get(f"/api/v1/audit/?cursor={cursor}")
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("address", ["projects/%00", "portfolios/a%00b", "programmes/%00", "dashboard/portfolios/%00"])
def test_an_address_with_a_nul_leads_nowhere(address: str, client_of: Any, cast: Any) -> None:
    assert client_of(cast.director).get(f"/{address}/").status_code == 404
