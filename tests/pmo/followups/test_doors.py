"""Action items through pages, My work and REST."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pmo.followups import actions
from pmo.followups.models import ActionItem
from tests.pmo.followups.test_actions import raised

pytestmark = pytest.mark.django_db
LIST = "/actions/"
API = "/api/v1/action-items/"


def test_an_action_item_is_raised_from_the_page_of_a_project(cast, world, client_of):
    client = client_of(cast.alice)
    assert "on=project%3AN-1" in client.get("/projects/N-1/").content.decode()
    form = {"title": "Order steel", "owner": "bob", "priority": "1", "source": "meeting", "on": "project:n-1"}
    answer = client.post("/actions/new/?on=project:N-1", form)
    item = ActionItem.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/actions/{item.pk}/")
    assert (item.owner, item.parent_id, item.source) == (cast.bob, world.projects["N-1"].pk, "meeting")
    assert "Order steel" in client.get("/projects/N-1/").content.decode()


def test_on_what_an_action_item_stands_is_suggested_by_code_or_name_among_what_the_reader_sees(cast, client_of):
    client = client_of(cast.alice)
    offered = client.get("/pick/action-parent/?on=N-1").content.decode()
    assert 'value="project:N-1 · ' in offered
    assert "S-1" not in client.get("/pick/action-parent/?on=S-1").content.decode()
    form = {"title": "Order steel", "owner": "bob", "priority": "1", "source": "meeting"}
    for typed in ("project:N-1 · Harbour", "n-1"):
        assert client.post("/actions/new/", {**form, "on": typed}).status_code == 302
    assert set(ActionItem.objects.values_list("parent_type", flat=True)) == {"portfolio.project"}


@pytest.mark.parametrize("on", ["project:N-4", "project:nowhere", "Nowhere", "planet:N-1"])
def test_an_address_that_does_not_exist_for_the_reader_is_refused_and_what_was_typed_stays(on, cast, client_of):
    form = {"title": "Order steel", "owner": "bob", "priority": "1", "source": "meeting", "on": on}
    answer = client_of(cast.portfolio).post("/actions/new/", form)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Order steel" in html
    assert "Take one of the suggestions" in html


def test_a_step_from_my_work_leads_back_there(cast, world, client_of):
    item = raised(cast, world)
    answer = client_of(cast.alice).post(f"/actions/{item.pk}/complete/", {"next": "my-work"})
    assert (answer.status_code, answer["Location"]) == (302, "/my-work/")
    html = client_of(cast.alice).get("/my-work/").content.decode()
    assert "Done: Order steel" in html


def test_the_list_names_the_parent_only_to_those_who_may_see_it(cast, world, client_of):
    raised(cast, world, on="N-4", owner="bob")
    assert "N-4" in client_of(cast.alice).get(LIST).content.decode()
    html = client_of(cast.bob).get(LIST).content.decode()
    assert "Order steel" in html
    assert "N-4" not in html
    assert "Secret site" not in client_of(cast.bob).get("/my-work/").content.decode()


def test_chosen_rows_are_assigned_dated_and_done_each_for_itself(cast, world, client_of):
    mine, other = raised(cast, world), raised(cast, world, by="bob", owner="bob", on="N-2")
    client = client_of(cast.alice)
    keys = [mine.pk, other.pk]
    client.post(LIST, {"bulk": "due", "selected": keys, "confirmed": "1", "due_on": "2027-01-15"})
    client.post(LIST, {"bulk": "assign", "selected": keys, "confirmed": "1", "owner": "member"})
    client.post(LIST, {"bulk": "action.edit", "selected": keys})
    rows = ActionItem.objects.order_by("pk").values_list("owner__username", "due_on", "state")
    assert [(owner, str(due), state) for owner, due, state in rows] == [
        ("member", "2027-01-15", "done"),
        ("bob", "None", "open"),
    ]


def test_my_work_has_what_i_owe_and_what_others_owe_me(cast, world, client_of):
    raised(cast, world, due_on=world.today - timedelta(days=2))
    raised(cast, world, owner="bob", title="Name a test manager")
    html = client_of(cast.alice).get("/my-work/?kind=action").content.decode()
    assert html.index("Order steel") < html.index("Waiting for others") < html.index("Name a test manager")
    assert "2 days overdue" in html


# --- REST -----------------------------------------------------------------------------------------------------------
def test_a_program_raises_starts_and_completes_with_versions(cast, world, api_of):
    api = api_of(cast.alice)
    body = {"title": "Order steel", "owner": "bob", "on": "project:N-1", "due_on": "2027-01-15"}
    made = api.post(API, body, format="json")
    assert made.status_code == 201
    assert (made.json()["on"], made.json()["owner"]["code"], made.json()["state"]) == ("project:N-1", "bob", "open")
    place = made["Location"]
    assert api.post(f"{place}start/", {}, format="json").status_code == 428
    begun = api.post(f"{place}start/", {}, format="json", headers={"If-Match": made["ETag"]})
    assert begun.json()["state"] == "in_progress"
    stale = api.post(f"{place}complete/", {}, format="json", headers={"If-Match": made["ETag"]})
    assert stale.status_code == 412
    done = api.post(f"{place}complete/", {"note": "Here."}, format="json", headers={"If-Match": begun["ETag"]})
    assert (done.json()["state"], done.json()["comment"]) == ("done", "Here.")
    again = api.post(f"{place}complete/", {}, format="json", headers={"If-Match": "*"})
    assert again.status_code == 409
    reopened = api.post(f"{place}reopen/", {}, format="json", headers={"If-Match": "*"})
    assert (reopened.status_code, reopened.json()["errors"][0]["field"]) == (422, "note")


def test_the_list_takes_the_filters_of_the_page_and_shows_no_more_than_one_may_see(cast, world, api_of):
    raised(cast, world)
    raised(cast, world, by="bob", owner="bob", on="N-2", title="Paint")

    def titles(user, query="") -> list[str]:
        return [row["title"] for row in api_of(user).get(API + query).json()["results"]]

    assert sorted(titles(cast.analyst)) == ["Order steel", "Paint"]
    assert titles(cast.alice) == ["Order steel"]
    assert titles(cast.analyst, "?on=project:N-2") == ["Paint"]
    assert titles(cast.alice, "?on=project:N-2") == []
    assert titles(cast.analyst, "?owner=bob&state=open") == ["Paint"]
    assert api_of(cast.analyst).get(API + "?colour=red").status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "", "owner": "bob"}, "title"),
        ({"title": "x", "owner": "nobody"}, "owner"),
        ({"title": "x", "owner": "bob", "on": "project:N-4"}, "on"),
        ({"title": "x", "owner": "bob", "due_on": "soon"}, "due_on"),
        ({"title": "x" * 201, "owner": "bob"}, "title"),
    ],
)
def test_nonsense_is_refused_by_field(body, field, cast, api_of):
    answer = api_of(cast.portfolio).post(API, body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_the_history_tells_who_moved_what(cast, world, api_of):
    item = raised(cast, world)
    actions.complete(item.pk, actor=cast.alice)
    told = api_of(cast.alice).get(f"{API}{item.pk}/history/").json()
    assert (told["count"], told["results"][0]["actor"]) == (2, "Alice Small")
