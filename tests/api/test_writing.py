"""Writing over REST: the order of refusals, versions, fields that may not be written, and the life of a report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pmo.console.actions.people import edit_profile
from pmo.followups.actions import raise_item
from pmo.kernel.errors import Invalid
from pmo.organisation.actions import configure
from portfolio.projects.models import Project
from portfolio.status.models import StatusReport

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/projects/N-1/"
GREEN = {
    name: {"value": "green"}
    for name in ("schedule", "cost", "scope", "resources", "risk", "quality", "benefits", "stakeholders")
}
ANY = {"HTTP_IF_MATCH": "*"}


def patch(client: Any, body: Any, address: str = ADDRESS, **headers: str) -> Any:
    return client.patch(address, json.dumps(body), content_type="application/json", **headers)


def post(client: Any, address: str, body: Any = None, **headers: str) -> Any:
    return client.post(address, {} if body is None else body, format="json", **headers)


def draft_of(client: Any, code: str = "N-1") -> dict[str, Any]:
    return dict(post(client, "/api/v1/status-reports/", {"project": code}).json())


# --- the order of refusals ------------------------------------------------------------------------------------------
def test_refusals_come_in_the_stated_order(api_of: Any, cast: Any, world: Any) -> None:
    report = draft_of(api_of(cast.bob), "S-1")
    address = f"/api/v1/status-reports/{report['id']}/"
    bad = {"overall": "purple"}
    statuses = [
        patch(api_of(), bad, address).status_code,
        patch(api_of(cast.alice), bad, address).status_code,
        patch(api_of(cast.analyst), bad, address).status_code,
        patch(api_of(cast.bob), bad, address).status_code,
        patch(api_of(cast.bob), bad, address, HTTP_IF_MATCH='"old"').status_code,
    ]
    StatusReport.objects.filter(pk=report["id"]).update(state="submitted")
    statuses.append(patch(api_of(cast.bob), bad, address, **ANY).status_code)
    StatusReport.objects.filter(pk=report["id"]).update(state="draft")
    statuses.append(patch(api_of(cast.bob), bad, address, **ANY).status_code)
    assert statuses == [401, 404, 403, 428, 412, 409, 422]


def test_every_refusal_is_a_problem_document(api_of: Any, cast: Any) -> None:
    answer = patch(api_of(cast.analyst), {"name": "x"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    body = answer.json()
    assert body["type"] == "urn:pmo:problem:refused"
    assert (body["title"], body["status"], body["errors"]) == ("Forbidden", 403, [])
    assert body["detail"] == "Your roles do not include this here: Edit project data."
    assert body["request_id"] == answer["X-Request-ID"]


def test_nobody_in_particular_is_asked_to_bring_a_token(api_of: Any) -> None:
    answer = api_of().get(ADDRESS)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_two_editors_cannot_overwrite_each_other(api_of: Any, cast: Any) -> None:
    client = api_of(cast.alice)
    read = client.get(ADDRESS)["ETag"]
    first = patch(client, {"name": "First"}, HTTP_IF_MATCH=read)
    second = patch(client, {"name": "Second"}, HTTP_IF_MATCH=read)
    assert (first.status_code, second.status_code) == (200, 412)
    assert second["ETag"] == first["ETag"] != read
    assert Project.objects.get(code="N-1").name == "First"


def test_weak_tags_never_match_a_write(api_of: Any, cast: Any) -> None:
    client = api_of(cast.alice)
    assert patch(client, {"name": "x"}, HTTP_IF_MATCH="W/" + client.get(ADDRESS)["ETag"]).status_code == 412


# --- fields ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        "state",
        "status_overall",
        "id",
        "version",
        "code",
        "created_at",
        "report_due_on",
        "status",
        "absent",
        "is_staff",
        "keys",
    ],
)
def test_fields_that_are_not_the_callers_to_write_are_refused_by_name(name: str, api_of: Any, cast: Any) -> None:
    before = Project.objects.filter(code="N-1").values().get()
    answer = patch(api_of(cast.alice), {name: "closed"}, **ANY)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [name]
    assert Project.objects.filter(code="N-1").values().get() == before


@pytest.mark.parametrize(
    "name", ["state", "published_by", "author", "number", "origin", "edition", "unchanged", "project"]
)
def test_a_report_takes_no_decision_from_its_fields(name: str, api_of: Any, cast: Any) -> None:
    client = api_of(cast.alice)
    address = f"/api/v1/status-reports/{draft_of(client)['id']}/"
    assert patch(client, {name: "published"}, address, **ANY).status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 100_000}, "name"),
        ({"name": ""}, "name"),
        ({"name": []}, "name"),
        ({"name": None}, "name"),
        ({"name": True}, "name"),
        ({"description": "x" * 100_000}, "description"),
        ({"portfolio": 10**30}, "portfolio"),
        ({"portfolio": "SOUTH"}, "portfolio"),
        ({"portfolio": None}, "portfolio"),
        ({"portfolio": [1]}, "portfolio"),
        ({"portfolio": {"id": {"id": 1}}}, "portfolio"),
        ({"portfolio": True}, "portfolio"),
        ({"manager": "no\x00body"}, "manager"),
        ({"finish_forecast": "30.11.2026"}, "finish_forecast"),
        ({"finish_forecast": 20261130}, "finish_forecast"),
        ({"phase": "nowhere"}, "phase"),
        ({"phase": {}}, "phase"),
        ({"budget": {"amount": "1e400", "currency": "EUR"}}, "budget.amount"),
        ({"budget": {"amount": "NaN", "currency": "EUR"}}, "budget.amount"),
        ({"budget": {"amount": "12.345", "currency": "EUR"}}, "budget.amount"),
        ({"budget": {"amount": "12", "currency": "USD"}}, "budget"),
        ({"budget": {"amount": "12"}}, "budget.currency"),
        ({"report_weekday": 10**30}, "report_weekday"),
        ({"report_weekday": 7}, "report_weekday"),
        ({"tags": ["x" * 41]}, "tags.0"),
        ({"tags": "x"}, "tags"),
        ({"tags": [{"a": "\x00"}]}, "tags"),
        ({"confidential": "maybe"}, "confidential"),
        ({"cadence": ""}, "cadence"),
        ({"start_baseline": "2030-01-01", "finish_baseline": "2029-01-01"}, ""),
        ({"programme": "PORTS"}, "programme"),
    ],
)
def test_nonsense_is_refused_by_field(body: dict[str, Any], field: str, api_of: Any, cast: Any) -> None:
    answer = patch(api_of(cast.alice), body, **ANY)
    assert answer.status_code == 422, answer.content
    assert field in [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"tags": ' + b"[" * 100_000, "application/json", 400),
        (b'{"report_weekday": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"tags": [1e999]}', "application/json", 400),
        (b"<a/>", "application/xml", 415),
        (b"name=x", "application/x-www-form-urlencoded", 415),
        (b'{"name": "' + b"x" * 6_000_000 + b'"}', "application/json", 413),
        (b'{"\\ud800": 1}', "application/json", 400),
        (b'{"name": "x"}', "", 415),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(raw: bytes, kind: str, status: int, api_of: Any, cast: Any) -> None:
    answer = api_of(cast.alice).generic("PATCH", ADDRESS, raw, content_type=kind, **ANY)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_the_past_cannot_be_written(api_of: Any, cast: Any) -> None:
    assert patch(api_of(cast.alice), {"name": "x"}, f"{ADDRESS}?as_of=2026-01-01", **ANY).status_code == 400
    assert post(api_of(cast.director), "/api/v1/projects/?as_of=2026-01-01").status_code == 400
    assert post(api_of(cast.director), "/api/v1/projects/?nonsense=1").status_code == 400


@pytest.mark.parametrize("method", ["put", "delete"])
def test_methods_that_do_not_exist_say_so(method: str, api_of: Any, cast: Any) -> None:
    answer = getattr(api_of(cast.alice), method)(ADDRESS, {}, format="json")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")


# --- projects -------------------------------------------------------------------------------------------------------
def test_a_project_is_created_where_the_caller_may(api_of: Any, cast: Any, world: Any) -> None:
    body = {"portfolio": "NORTH", "name": "Tunnel", "manager": "bob", "budget": {"amount": "12.30", "currency": "EUR"}}
    answer = post(api_of(cast.portfolio), "/api/v1/projects/", body)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert answer["Location"] == f"http://testserver/api/v1/projects/{made['code']}/"
    assert (made["name"], made["manager"]["name"], made["budget"]["amount"]) == ("Tunnel", "Bob Small", "12.30")
    assert post(api_of(cast.portfolio), "/api/v1/projects/", {"portfolio": "SOUTH", "name": "x"}).status_code == 422
    assert post(api_of(cast.alice), "/api/v1/projects/", body).status_code == 403
    assert post(api_of(cast.director), "/api/v1/projects/", {**body, "code": "n-1"}).status_code == 422


def test_a_write_with_permission_history_and_record_takes_few_queries(
    api_of: Any, cast: Any, django_assert_max_num_queries: Any
) -> None:
    client = api_of(cast.director, "write")
    with django_assert_max_num_queries(30):
        assert post(client, "/api/v1/projects/", {"portfolio": "NORTH", "name": "Quick"}).status_code == 201


def test_managers_are_appointed_all_or_none(api_of: Any, cast: Any, world: Any) -> None:
    client = api_of(cast.portfolio)
    versions = {code: client.get(f"/api/v1/projects/{code}/").json()["version"] for code in ("N-1", "N-2")}
    rows = [{"project": code, "version": version} for code, version in versions.items()]
    stale = [rows[0], {**rows[1], "version": 99}]
    assert post(client, "/api/v1/projects/assign-manager/", {"manager": "bob", "projects": stale}).status_code == 412
    assert Project.objects.get(code="N-1").manager == cast.alice
    answer = post(client, "/api/v1/projects/assign-manager/", {"manager": "bob", "projects": rows})
    assert [(row["code"], row["manager"]["code"]) for row in answer.json()] == [("N-1", "bob"), ("N-2", "bob")]
    refused = post(api_of(cast.analyst), "/api/v1/projects/assign-manager/", {"manager": "bob", "projects": rows})
    assert refused.status_code == 403


# --- status reports -------------------------------------------------------------------------------------------------
def test_a_report_goes_from_draft_to_published_and_is_corrected(api_of: Any, cast: Any) -> None:
    alice, analyst = api_of(cast.alice), api_of(cast.analyst)
    started = post(alice, "/api/v1/status-reports/", {"project": "N-1"})
    assert started.status_code == 201
    assert started["Location"].endswith(f"/api/v1/status-reports/{started.json()['id']}/")
    assert post(alice, "/api/v1/status-reports/", {"project": "N-1"}).status_code == 200
    address = f"/api/v1/status-reports/{started.json()['id']}/"
    lacking = post(alice, f"{address}submit/", HTTP_IF_MATCH=started["ETag"])
    written = patch(
        alice,
        {
            "overall": "green",
            "summary": "All is well.",
            "dimensions": GREEN,
            "decisions": [{"text": "Approve the deck", "needed_by": "2027-01-31"}],
            "proposed": {"forecast": {"amount": "1010000.00", "currency": "EUR"}},
        },
        address,
        HTTP_IF_MATCH=started["ETag"],
    )
    assert written.status_code == 200, written.content
    assert written.json()["decisions"][0]["needed_by"] == "2027-01-31"
    submitted = post(alice, f"{address}submit/", HTTP_IF_MATCH=written["ETag"])
    assert (submitted.status_code, submitted.json()["state"]) == (200, "submitted"), lacking.content
    own = post(alice, f"{address}publish/", HTTP_IF_MATCH=submitted["ETag"])
    assert own.status_code == 403
    assert post(analyst, f"{address}return/", {"note": " "}, HTTP_IF_MATCH=submitted["ETag"]).status_code == 422
    published = post(analyst, f"{address}publish/", HTTP_IF_MATCH=submitted["ETag"])
    assert (published.status_code, published.json()["state"]) == (200, "published")
    assert post(analyst, f"{address}publish/", HTTP_IF_MATCH=published["ETag"]).status_code == 409
    corrected = post(alice, f"{address}correct/", {"reason": "The date was wrong."}, HTTP_IF_MATCH=published["ETag"])
    assert (corrected.status_code, corrected.json()["edition"], corrected.json()["state"]) == (201, 2, "draft")


def test_all_gaps_are_named_at_once(api_of: Any, cast: Any) -> None:
    client = api_of(cast.bob)
    report = draft_of(client, "S-2")
    answer = post(client, f"/api/v1/status-reports/{report['id']}/submit/", **ANY)
    assert answer.status_code == 422
    fields = [error["field"] for error in answer.json()["errors"]]
    assert fields[:3] == ["overall", "summary", "schedule"]
    assert len(fields) == 10


def test_red_needs_its_comment(api_of: Any, cast: Any) -> None:
    client = api_of(cast.bob)
    address = f"/api/v1/status-reports/{draft_of(client, 'S-2')['id']}/"
    body = {"overall": "red", "summary": "Bad.", "dimensions": {**GREEN, "cost": {"value": "red"}}}
    assert patch(client, body, address, **ANY).status_code == 200
    answer = post(client, f"{address}submit/", **ANY)
    assert [error["field"] for error in answer.json()["errors"]] == ["cost_comment"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"dimensions": {"cost": {"value": "purple"}}}, "dimensions.cost.value"),
        ({"dimensions": []}, "dimensions"),
        ({"summary": "x" * 601}, "summary"),
        ({"achievements": [{"a": 1}]}, "achievements.0"),
        ({"decisions": [{"text": "x"}]}, "decisions.0.needed_by"),
        ({"decisions": [{"text": "x", "needed_by": "x"}]}, "decisions.0.needed_by"),
        ({"confirmed": ["weather"]}, "confirmed.0"),
        ({"as_of": "tomorrow"}, "as_of"),
        ({"proposed": {"forecast": {"amount": "1", "currency": "USD"}}}, "proposed.forecast"),
    ],
)
def test_nonsense_in_a_draft_is_refused_by_field(body: dict[str, Any], field: str, api_of: Any, cast: Any) -> None:
    client = api_of(cast.alice)
    address = f"/api/v1/status-reports/{draft_of(client)['id']}/"
    answer = patch(client, body, address, **ANY)
    assert answer.status_code == 422, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]


# --- tokens ---------------------------------------------------------------------------------------------------------
def test_a_token_does_no_more_than_its_scopes(api_of: Any, cast: Any) -> None:
    reader = api_of(cast.alice, "read")
    refused = patch(reader, {"name": "x"}, **ANY)
    assert (refused.status_code, refused.json()["detail"]) == (403, "This token lacks the scope project.edit.")
    blind = api_of(cast.alice, "pack.view")
    assert [blind.get(ADDRESS).status_code, blind.get("/api/v1/projects/").status_code] == [403, 403]
    assert blind.get("/api/v1/projects/NONE/").status_code == 403
    assert patch(api_of(cast.alice, "project.*"), {"name": "By token"}, **ANY).status_code == 200


def test_a_token_never_publishes(api_of: Any, cast: Any) -> None:
    client = api_of(cast.alice, "write")
    report = draft_of(client)
    StatusReport.objects.filter(pk=report["id"]).update(state="submitted")
    answer = post(api_of(cast.analyst, "all"), f"/api/v1/status-reports/{report['id']}/publish/", **ANY)
    assert (answer.status_code, answer.json()["detail"]) == (403, "A token never decides; sign in to do this.")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Bearer " + "x" * 500, "Bearer pmo_" + "\x00" * 40, "Bearer a b c", "bearer \xff"]
)
def test_bad_tokens_are_refused_whatever_they_hold(header: str, client_of: Any, db: None) -> None:
    answer = client_of().get("/api/v1/me/", HTTP_AUTHORIZATION=header)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_revoked_and_expired_tokens_are_dead(api_of: Any, cast: Any) -> None:
    from django.utils import timezone

    client = api_of(cast.alice, "read")
    assert client.get("/api/v1/me/").status_code == 200
    cast.alice.tokens.update(revoked_at=timezone.now())
    assert client.get("/api/v1/me/").status_code == 401
    cast.alice.tokens.update(revoked_at=None, expires_at=timezone.now())
    assert client.get("/api/v1/me/").status_code == 401


def test_a_browser_needs_its_csrf_token_to_write(cast: Any, client_of: Any) -> None:
    client = client_of(cast.alice, enforce_csrf_checks=True)
    answer = client.patch(ADDRESS, b'{"name": "x"}', content_type="application/json", **ANY)
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_too_many_calls_are_told_when_to_go_on(api_of: Any, cast: Any, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 0
    answer = api_of(cast.alice, "read").get("/api/v1/me/")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert 1 <= int(answer["Retry-After"]) <= 60


TWO_LINES = "Bridge\r\nYour password ends today: evil.example"


@pytest.mark.parametrize("field", ["name", "short_name"])
def test_a_name_stands_on_one_line(field: str, api_of: Any, cast: Any) -> None:
    answer = patch(api_of(cast.alice), {field: "Bridge\r\nBcc: evil"}, **ANY)
    reason = "Write this on one line, without line breaks or control characters."
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"field": field, "message": reason}])


def test_no_line_of_its_own_comes_into_letters_by_a_name(world: Any, cast: Any) -> None:
    with pytest.raises(Invalid) as told:
        raise_item(title=TWO_LINES, owner=cast.bob, actor=cast.alice, due_on=world.today)
    assert list(told.value.errors) == ["title"]
    with pytest.raises(Invalid) as told:
        edit_profile({"first_name": TWO_LINES}, actor=cast.alice)
    assert list(told.value.errors) == ["first_name"]
    with pytest.raises(Invalid) as told:
        configure({"name": TWO_LINES, "mail_sender": TWO_LINES}, actor=cast.sysadmin)
    assert sorted(told.value.errors) == ["mail_sender", "name"]
