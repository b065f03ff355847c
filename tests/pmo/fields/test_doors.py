"""Custom fields through every door: forms, pages, lists, exports, REST, files, packs."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pmo.exchange import actions as imports
from pmo.exchange import working
from pmo.exchange.models import ImportRun
from pmo.fields import actions as fields
from portfolio.projects import actions
from portfolio.projects.models import Project
from tests.pmo.fields.conftest import VALUES

pytestmark = pytest.mark.django_db


def give(world: Any, code: str, **values: Any) -> Project:
    project = Project.objects.get(code=code)
    return actions.edit_project(project, {"custom": values}, actor=project.manager, version=project.version)


def exported(client: Any, query: str) -> list[list[str]]:
    response = client.get(f"/projects/?{query}&export=csv")
    assert response.status_code == 200, response.content[:300]
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))[1:]


def names(client: Any, query: str) -> list[str]:
    return [row[0] for row in exported(client, f"columns=project&{query}")]


# --- forms ----------------------------------------------------------------------------------------------------------
def form_of(client: Any, code: str) -> dict[str, Any]:
    """What the browser would send back unchanged."""
    form = client.get(f"/projects/{code}/edit/").context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    project = Project.objects.get(code=code)
    return {**sent, "manager": "alice", "version": project.version}


def test_the_form_shows_and_keeps_every_type(every_type, world, client_of):
    give(world, "N-1", **VALUES)
    before = Project.objects.get(code="N-1")
    client = client_of(world.users["alice"])
    sent = form_of(client, "N-1")
    assert sent["custom.deputy"] == "bob · Bob Small"
    assert client.post("/projects/N-1/edit/", sent).status_code == 302
    assert Project.objects.get(code="N-1").version == before.version
    client.post("/projects/N-1/edit/", {**sent, "custom.headcount": "1,300", "custom.sites": ["north_bank"]})
    after = Project.objects.get(code="N-1").custom
    assert (after["headcount"], after["sites"]) == (1300, ["north_bank"])
    assert {**after, "headcount": 12, "sites": ["north_bank", "south_bank"]} == before.custom


def test_a_wrong_value_is_told_beside_its_field_and_nothing_typed_is_lost(every_type, world, client_of):
    client = client_of(world.users["alice"])
    sent = {**form_of(client, "N-1"), "custom.headcount": "<b>many</b>", "custom.contractor": "x" * 100_000}
    response = client.post("/projects/N-1/edit/", sent)
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert errors["custom.headcount"] == [
        "“<b>many</b>” is no number. Write digits with a point before decimals, such as 1234.5."
    ]
    assert "100000 characters" in errors["custom.contractor"][0]
    html = response.content.decode()
    assert "&lt;b&gt;many&lt;/b&gt;" in html
    assert "<b>many</b>" not in html


def test_a_slower_form_sees_what_was_stored_meanwhile(funding, world, client_of):
    client = client_of(world.users["alice"])
    sent = form_of(client, "N-1")
    give(world, "N-1", funding_source="own_budget")
    response = client.post("/projects/N-1/edit/", {**sent, "custom.funding_source": "state_grant"})
    assert response.status_code == 409
    assert [(each.label, each.yours, each.current) for each in response.context["conflicts"]] == [
        ("Funding source", "state_grant", "own_budget")
    ]


def test_a_new_project_is_made_with_its_fields(declared, world, client_of):
    declared("Charter date", "date", required=True)
    client = client_of(world.users["analyst"])
    sent = {"name": "New", "portfolio": world.portfolios["NORTH"].pk, "currency": "EUR", "cadence": "monthly",
            "report_weekday": 4}  # fmt: skip
    assert client.post("/projects/new/", sent).status_code == 422
    assert client.post("/projects/new/", {**sent, "custom.charter_date": "2027-01-01"}).status_code == 302
    assert Project.objects.get(name="New").custom == {"charter_date": "2027-01-01"}


# --- pages ----------------------------------------------------------------------------------------------------------
def test_the_page_of_a_project_tells_its_fields_and_what_is_missing(declared, every_type, world, client_of):
    give(world, "N-1", **{**VALUES, "contractor": "<script>alert(1)</script>"})
    declared("Charter date", "date", required=True)
    html = client_of(world.users["alice"]).get("/projects/N-1/").content.decode()
    for text in ("State grant", "€\u00a012,500.50", "1,200.5\u00a0t", "Bob Small", "North bank, South bank",
                 "required, not given yet", "&lt;script&gt;alert(1)"):  # fmt: skip
        assert text in html, text
    assert 'href="https://example.org/files/7"' in html
    assert "<script>alert(1)" not in html


def test_an_export_writes_exact_values_that_no_spreadsheet_runs(every_type, world, client_of):
    give(world, "N-1", **{**VALUES, "contractor": "=1+1"})
    query = "view=all&q=Bridge&columns=project,funding_source,contractor,headcount,carbon_saved,grant_awarded,"
    query += "permit_expected,listed_building,sites,deputy,folder"
    client = client_of(world.users["analyst"])
    head = client.get(f"/projects/?{query}&export=csv")
    text = b"".join(head.streaming_content).decode()
    assert text.splitlines()[0] == (
        "Project,Funding source,Contractor,Headcount (FTE),Carbon saved (t),Grant awarded (EUR),"
        "Permit expected,Listed building,Sites,Deputy,Folder"
    )
    assert exported(client, query) == [
        ["Bridge", "State grant", "'=1+1", "12", "1200.5", "12500.50", "2027-03-01", "yes",
         "North bank, South bank", "Bob Small", "https://example.org/files/7"]
    ]  # fmt: skip


@pytest.fixture
def filled(every_type: Any, world: Any) -> Any:
    give(world, "N-1", **VALUES)
    give(world, "N-2", funding_source="own_budget", headcount=100, carbon_saved="30", permit_expected="2026-01-01",
         listed_building=False, sites=["south_bank"], deputy="alice", contractor="Acme")  # fmt: skip
    return world


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("funding_source=state_grant", ["Bridge"]),
        ("funding_source=state_grant&funding_source=own_budget", ["Bridge", "Depot"]),
        ("funding_source=none", ["Ferry", "Harbour", "Signals"]),
        ("contractor=stone", ["Bridge"]),
        ("headcount_min=12&headcount_max=99", ["Bridge"]),
        ("headcount_min=12.5", ["Depot"]),
        ("carbon_saved_min=31", ["Bridge"]),
        ("grant_awarded_max=12500.50", ["Bridge"]),
        ("permit_expected_after=2026-01-02", ["Bridge"]),
        ("permit_expected_before=2026-01-01", ["Depot"]),
        ("listed_building=no", ["Depot"]),
        ("sites=north_bank", ["Bridge"]),
        ("sites=south_bank", ["Bridge", "Depot"]),
        ("deputy=alice", ["Depot"]),
        ("folder=files/7", ["Bridge"]),
    ],
)
def test_lists_and_the_interface_filter_by_fields_alike(filled, client_of, api_of, query, found):
    user = filled.users["analyst"]
    assert sorted(names(client_of(user), f"view=all&{query}")) == found
    answer = api_of(user).get(f"/api/v1/projects/?{query}&fields=name&sort=name")
    assert [each["name"] for each in answer.json()["results"]] == found


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("headcount", ["Bridge", "Depot"]),
        ("-headcount", ["Depot", "Bridge"]),
        ("-carbon_saved", ["Bridge", "Depot"]),
        ("permit_expected", ["Depot", "Bridge"]),
        ("funding_source", ["Depot", "Bridge"]),
        ("-funding_source", ["Bridge", "Depot"]),
        ("deputy", ["Depot", "Bridge"]),
        ("contractor", ["Depot", "Bridge"]),
        ("grant_awarded", ["Bridge"]),
    ],
)
def test_lists_and_the_interface_sort_by_type_with_blanks_last(filled, client_of, api_of, sort, first):
    user = filled.users["analyst"]
    assert names(client_of(user), f"view=all&sort={sort}")[: len(first)] == first
    answer = api_of(user).get(f"/api/v1/projects/?sort={sort}&fields=name").json()["results"]
    assert [each["name"] for each in answer][: len(first)] == first


def test_what_a_filter_cannot_read_is_refused_on_both_doors(filled, client_of, api_of):
    user = filled.users["analyst"]
    client, api = client_of(user), api_of(user)
    for query in (
        "headcount_min=many",
        "permit_expected_after=soon",
        "funding_source=nosuch",
        "deputy=nobody",
        "sort=sites",
        "listed_building=perhaps",
        "headcount=12",
    ):
        assert client.get(f"/projects/?{query}").status_code == 400, query
        assert api.get(f"/api/v1/projects/?{query}").status_code == 400, query


def test_a_list_of_the_past_filters_and_sorts_by_what_a_field_was(declared, world, client_of):
    field = declared("Headcount", "text")
    give(world, "N-1", headcount="a dozen")
    then = timezone.now()
    give(world, "N-1", headcount="12")
    fields.change_type(field.pk, "whole", actor=world.users["director"])
    client = client_of(world.users["analyst"])
    past = {"as_of": then.isoformat(), "headcount_min": "1", "sort": "headcount"}
    assert client.get("/projects/", past).status_code == 200
    assert names(client, "view=all&headcount_min=12&sort=headcount") == ["Bridge"]


# --- queries --------------------------------------------------------------------------------------------------------
def queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("url", ["/projects/?view=all{columns}", "/api/v1/projects/?page_size=100"])
def test_queries_grow_neither_with_rows_nor_with_fields(every_type, declared, world, client_of, url):
    client = client_of(world.users["analyst"])
    north, alice = world.portfolios["NORTH"], world.users["alice"]
    kept = {**give(world, "N-1", **VALUES).custom}

    def grow(rows: int, start: int) -> None:
        Project.objects.bulk_create(
            Project(code=f"G-{n}", name=f"Grown {n}", portfolio=north, manager=alice, custom=kept)
            for n in range(start, start + rows)
        )

    few_fields = url.format(columns="&columns=project,deputy")
    grow(2, 0)
    at_two = queries(client, few_fields)
    grow(38, 2)
    assert queries(client, few_fields) == at_two
    slugs = [declared(f"Further {n}", "person").slug for n in range(9)]
    Project.objects.filter(code__startswith="G-").update(custom={**kept, **dict.fromkeys(slugs, alice.pk)})
    many_fields = url.format(columns=f"&columns=project,deputy,{','.join(slugs)}")
    assert queries(client, many_fields) == at_two


# --- REST -----------------------------------------------------------------------------------------------------------
def test_values_are_read_and_written_under_their_names(every_type, world, api_of):
    api = api_of(world.users["alice"])
    answer = api.patch("/api/v1/projects/N-1/", {"custom": VALUES}, format="json", HTTP_IF_MATCH="*")
    assert answer.status_code == 200, answer.json()
    bob = world.users["bob"]
    assert answer.json()["custom"] == {
        **VALUES,
        "sites": ["north_bank", "south_bank"],
        "deputy": {"id": bob.pk, "name": "Bob Small", "code": "bob"},
    }
    cleared = api.patch("/api/v1/projects/N-1/", {"custom": {"deputy": None}}, format="json", HTTP_IF_MATCH="*")
    assert cleared.json()["custom"] == {**answer.json()["custom"], "deputy": None}


def test_rules_are_told_by_field_and_unknown_names_are_refused(every_type, world, api_of):
    api = api_of(world.users["alice"])
    wrong = {"headcount": "many", "grant_awarded": {"amount": "1", "currency": "GBP"}, "sites": {"a": [1]}}
    answer = api.patch("/api/v1/projects/N-1/", {"custom": wrong}, format="json", HTTP_IF_MATCH="*")
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [
        "custom.headcount", "custom.grant_awarded", "custom.sites",
    ]  # fmt: skip
    for body, field in (({"nosuch": 1}, "custom.nosuch"), (["a"], "custom")):
        answer = api.patch("/api/v1/projects/N-1/", {"custom": body}, format="json", HTTP_IF_MATCH="*")
        assert answer.status_code in (400, 422)
        assert answer.json()["errors"][0]["field"] == field


def test_the_description_names_open_fields_as_soon_as_they_are_declared(declared, world, api_of):
    api = api_of(world.users["analyst"])

    def described() -> tuple[dict[str, Any], set[str]]:
        schema = api.get("/api/v1/schema/").json()
        answer = schema["paths"]["/api/v1/projects/{code}/"]["get"]["responses"]["200"]
        name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        shape = schema["components"]["schemas"][name]["properties"]["custom"].get("properties", {})
        asked = {each["name"] for each in schema["paths"]["/api/v1/projects/"]["get"]["parameters"]}
        return shape, asked

    assert described()[0] == {}
    declared("Carbon saved", "decimal", unit="t")
    declared("Appeal", "text", seen_by=["director"])
    shape, asked = described()
    assert list(shape) == ["carbon_saved"]
    assert {"carbon_saved_min", "carbon_saved_max"} <= asked
    assert "appeal" not in asked


def test_fields_are_declared_changed_and_retired_over_rest(world, api_of):
    api = api_of(world.users["analyst"])
    body = {"kind": "project", "label": "Funding source", "type": "choice", "choices": [{"label": "Grant"}]}
    made = api.post("/api/v1/custom-fields/", body, format="json")
    assert made.status_code == 201, made.json()
    url, etag = made["Location"], made["ETag"]
    assert api.patch(url, {"label": "Money from"}, format="json").status_code == 428
    changed = api.patch(url, {"label": "Money from"}, format="json", HTTP_IF_MATCH=etag)
    assert (changed.status_code, changed.json()["label"]) == (200, "Money from")
    assert api.patch(url, {"label": "Late"}, format="json", HTTP_IF_MATCH=etag).status_code == 412
    assert api.post(f"{url}retire/", HTTP_IF_MATCH="*").json()["retired_at"] is not None
    assert api.get("/api/v1/custom-fields/?retired=true").json()["count"] == 1
    assert api.post(f"{url}delete/", HTTP_IF_MATCH="*").status_code == 204
    assert api.post("/api/v1/custom-fields/", {**body, "label": "Budget"}, format="json").status_code == 422


# --- files ----------------------------------------------------------------------------------------------------------
def imported(world: Any, text: str, apply: bool = True) -> ImportRun:
    from django.core.files.base import ContentFile

    analyst = world.users["analyst"]
    run = ImportRun(
        profile="projects-csv", file_name="list.csv", file_size=len(text), sha256=f"{abs(hash(text)):064d}"[:64],
        into=world.portfolios["NORTH"].pk, into_label="North", requested_by=analyst,
    )  # fmt: skip
    run.file.save("list.csv", ContentFile(text.encode()), save=False)
    run.save()
    working.read(run.pk)
    if apply:
        imports.apply(run.pk, actor=analyst)
        working.apply(run.pk)
    run.refresh_from_db()
    return run


def test_a_list_is_imported_by_label_or_name_and_taken_back(every_type, world):
    give(world, "N-1", contractor="Before", headcount=5)
    head = "Code,Name,Funding source,headcount,Grant awarded,Permit expected,Sites,Deputy,Listed building\n"
    rows = "N-1,,State grant,12,\u20ac12500,1 March 2027,North bank; South bank,bob,yes\n"
    rows += "NEW-1,New one,own budget,,,,,,\n"
    run = imported(world, head + rows)
    assert [row.messages for row in run.rows.all()] == [[], []]
    assert run.state == "applied", run.error
    assert Project.objects.get(code="N-1").custom == {
        "contractor": "Before",
        "funding_source": "state_grant",
        "headcount": 12,
        "grant_awarded": "12500.00",
        "permit_expected": "2027-03-01",
        "sites": ["north_bank", "south_bank"],
        "deputy": world.users["bob"].pk,
        "listed_building": True,
    }
    assert Project.objects.get(code="NEW-1").custom == {"funding_source": "own_budget"}
    changes = {name: (before, after) for name, before, after in run.rows.get(key="N-1").changes}
    assert changes["Headcount"] == ("5\u00a0FTE", "12\u00a0FTE")
    imports.undo(run.pk, actor=world.users["analyst"])
    assert Project.objects.get(code="N-1").custom == {"contractor": "Before", "headcount": 5}


def test_a_bad_cell_refuses_its_row_with_the_reason(every_type, declared, world):
    declared("Charter date", "date", required=True)
    run = imported(world, "Code,Name,Headcount,Funding source\nN-1,,many,Nosuch\nNEW-1,New,,\n", apply=False)
    told = {row.key: [message["column"] for message in row.messages] for row in run.rows.all()}
    assert told == {"N-1": ["custom.headcount", "custom.funding_source"], "NEW-1": ["custom.charter_date"]}
    assert run.rows_refused == 2
