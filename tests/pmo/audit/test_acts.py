"""The audit log: filtered by what joins acts, cut to the reader, and the way from a sentence to its record and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pmo.audit.acting import acting
from pmo.audit.ambience import ambience, with_token
from pmo.audit.models import Record
from pmo.audit.records import record
from pmo.audit.tracking import event_model_of
from portfolio.projects.actions import assign_manager, edit_project
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(world: Any, cast: Any) -> Any:
    """A few acts: one of a page with two records, one of a token, one on South."""
    with ambience("page", "request-0001"):
        assign_manager([world.projects[code].pk for code in ("N-1", "N-3")], cast.bob, actor=cast.portfolio)
    with ambience("rest", "request-0002"):
        with_token("pmo_abcdefgh")
        edit_project(world.projects["N-2"], {"name": "Rails again"}, actor=cast.robot, version=None)
    with ambience("worker", "task-3"), acting(cast.director, "project.edit"):
        record(cast.director, "project.edit", world.projects["S-1"], note="The council asked.")
    return world


def codes(api: Any, query: str) -> list[str]:
    answer = api.get(f"/api/v1/audit/?{query}")
    assert answer.status_code == 200, answer.json()
    return [row["object_label"].split(" ")[0] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("request_id=request-0001", ["N-1", "N-3"]),
        ("token=pmo_abcdefgh", ["N-2"]),
        ("actor=portfolio&verb=project.assign_manager", ["N-1", "N-3"]),
        ("q=council asked", ["S-1"]),
        ("q=council nobody", []),
        ("source=worker&kind=portfolio.project", ["S-1"]),
        ("project=N-2&verb=project.edit", ["N-2"]),
        ("project=N-2 · Tunnel&verb=project.edit", ["N-2"]),
        ("project=X-9", []),
        ("on_behalf_of=alice", []),
        ("request_id=request-0002&since=2001-01-01&until=2099-01-01", ["N-2"]),
        ("request_id=request-0002&until=2001-01-01", []),
    ],
)
def test_every_filter_of_the_log(query, expected, done, cast, api_of, client_of):
    assert sorted(codes(api_of(cast.director), query)) == expected
    if expected:
        page = client_of(cast.director).get(f"/audit/?{query}").content.decode()
        assert all(code in page for code in expected)


def test_an_object_is_found_by_its_kind_and_number(done, cast, api_of):
    number = done.projects["N-3"].pk
    assert set(codes(api_of(cast.director), f"kind=portfolio.project&object_id={number}")) == {"N-3"}


def test_each_role_sees_its_own_part_of_the_log(done, cast, api_of):
    seen = {}
    for name in ("director", "portfolio", "alice", "analyst", "sysadmin"):
        rows = api_of(getattr(cast, name)).get("/api/v1/audit/?source=worker&page_size=500").json()["results"]
        seen[name] = [row["told_in_full"] for row in rows if row["note"] or not row["told_in_full"]]
    assert seen == {"director": [True], "portfolio": [], "alice": [], "analyst": [True], "sysadmin": [False]}
    for name in ("administrator", "executive", "resources", "member"):
        assert api_of(getattr(cast, name)).get("/api/v1/audit/").status_code == 403


def test_who_sees_no_projects_learns_that_something_was_done_but_not_to_what(done, cast, api_of, client_of):
    api = api_of(cast.sysadmin)
    (row,) = api.get("/api/v1/audit/?source=worker&verb=project.edit").json()["results"]
    assert (row["object_label"], row["note"], row["changes"], row["told_in_full"]) == ("", "", {}, False)
    assert row["actor"]["code"] == "director"
    assert codes(api, "q=council") == []
    assert codes(api, "q=S-1") == []
    assert codes(api, "project=S-1") == []
    page = client_of(cast.sysadmin).get("/audit/?source=worker").content.decode()
    assert "only the kind is named" in page
    assert ">Project</a>" in page
    for secret in ("The council asked.", "S-1", "Ferry"):
        assert secret not in page
    one = client_of(cast.sysadmin).get(f"/audit/{row['id']}/").content.decode()
    assert "The council asked." not in one
    exported = b"".join(client_of(cast.sysadmin).get("/audit/?source=worker&export=csv").streaming_content).decode()
    assert "council" not in exported


def test_acts_on_a_confidential_project_are_hidden_with_it(done, cast, api_of):
    Project.objects.filter(code="S-1").update(confidential=True)
    assert codes(api_of(cast.director), "q=council") == []


def test_from_a_sentence_to_its_record_and_back(done, cast, client_of):
    client = client_of(cast.director)
    history = client.get("/projects/N-1/history/").content.decode()
    assert 'href="/audit/?request_id=request-0001"' in history
    pk = Record.objects.get(request_id="request-0001", object_id=done.projects["N-1"].pk).pk
    page = client.get(f"/audit/{pk}/").content.decode()
    assert 'href="/projects/N-1/"' in page
    assert "In the same request" in page
    assert "N-3" in page
    assert "Project manager changed from Alice Small to Bob Small" in page


def test_a_list_of_acts_takes_the_same_queries_for_few_and_many(done, cast, client_of):
    client, project = client_of(cast.director), done.projects["N-1"]
    queries_of(client)
    few = queries_of(client)
    for number in range(30):
        edit_project(project, {"manager": (cast.alice, cast.bob)[number % 2]}, actor=cast.portfolio, version=None)
    assert queries_of(client) == few


def queries_of(client: Any) -> int:
    with CaptureQueriesContext(connection) as context:
        assert client.get("/audit/").status_code == 200
    return len(context)


# --- putting back ---------------------------------------------------------------------------------------------------
@pytest.fixture
def renamed(world: Any, cast: Any) -> tuple[Project, int]:
    """A renamed project and the event that renamed it."""
    project = edit_project(world.projects["N-1"], {"name": "New"}, actor=cast.alice, version=None)
    return project, event_model_of(Project)._default_manager.filter(pgh_obj_id=project.pk).latest("pgh_id").pk


def test_a_former_value_is_put_back_by_a_plain_edit(renamed, cast, client_of):
    project, event = renamed
    address = f"/audit/put-back/portfolio.project/{event}/name/"
    client = client_of(cast.alice)
    assert f'href="{address}"' in client.get("/projects/N-1/history/").content.decode()
    page = client.get(address).content.decode()
    assert "Bridge" in page
    answer = client.post(address, {"version": project.version})
    assert (answer.status_code, answer["Location"]) == (302, "/projects/N-1/")
    project = Project.objects.get(pk=project.pk)
    assert (project.name, project.version) == ("Bridge", renamed[0].version + 1)
    kept = Record.objects.latest("id")
    assert (kept.verb, kept.actor, kept.changes) == ("project.edit", cast.alice, {"name": ["New", "Bridge"]})


def test_a_related_object_is_put_back_too(world, cast, client_of):
    project = world.projects["N-1"]
    edit_project(project, {"manager": cast.bob}, actor=cast.portfolio, version=None)
    event = event_model_of(Project)._default_manager.filter(pgh_obj_id=project.pk).latest("pgh_id").pk
    version = Project.objects.get(pk=project.pk).version
    client_of(cast.portfolio).post(f"/audit/put-back/portfolio.project/{event}/manager/", {"version": version})
    assert Project.objects.get(pk=project.pk).manager == cast.alice


def test_what_somebody_changed_meanwhile_is_not_overwritten(renamed, cast, client_of):
    project, event = renamed
    edit_project(project, {"category": "Rail"}, actor=cast.portfolio, version=None)
    answer = client_of(cast.alice).post(
        f"/audit/put-back/portfolio.project/{event}/name/", {"version": project.version}
    )
    assert answer.status_code == 409
    assert Project.objects.get(pk=project.pk).name == "New"


@pytest.mark.parametrize(
    ("who", "status"), [("director", 403), ("bob", 404), ("executive", 404), ("administrator", 403), ("sysadmin", 404)]
)
def test_only_who_may_edit_puts_back(who, status, renamed, cast, client_of):
    _project, event = renamed
    address = f"/audit/put-back/portfolio.project/{event}/name/"
    assert client_of(getattr(cast, who)).post(address, {"version": 2}).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "portfolio.project/{e}/state",
        "portfolio.project/{e}/nothing",
        "access.user/1/username",
        "no.such/1/name",
        "portfolio.project/99999999999/name",
    ],
)
def test_states_decisions_and_unknown_things_cannot_be_put_back(path, renamed, cast, client_of):
    _project, event = renamed
    assert client_of(cast.alice).get(f"/audit/put-back/{path.format(e=event)}/").status_code == 404


def test_nobody_puts_back_from_the_past(renamed, cast, client_of):
    page = client_of(cast.alice).get(
        f"/projects/N-1/history/?as_of={(timezone.now() + timedelta(hours=1)):%Y-%m-%dT%H:%MZ}"
    )
    assert "put-back" not in page.content.decode()


# --- what comes by other ways ---------------------------------------------------------------------------------------
def test_raw_sql_inside_an_act_keeps_the_actor_and_the_verb(world, cast):
    project = world.projects["N-1"]
    categories = [("A", project.pk), ("B", project.pk)]
    with ambience("worker", "task-9"), acting(cast.director, "project.edit"), connection.cursor() as cursor:
        cursor.executemany("UPDATE portfolio_project SET category = %s WHERE id = %s", categories)
        cursor.execute("UPDATE portfolio_project SET name = 'Raw' WHERE id = %s", [project.pk])
    events = event_model_of(Project)._default_manager.filter(pgh_obj_id=project.pk).order_by("-pgh_id")[:3]
    told = {(event.pgh_context.metadata["actor"], event.pgh_context.metadata["verb"]) for event in events}
    assert told == {(cast.director.pk, "project.edit")}
    assert [(event.name, event.category) for event in events] == [("Raw", "B"), ("Bridge", "B"), ("Bridge", "A")]
