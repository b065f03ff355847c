"""Views of lists: kept, shared, opened by themselves, and never more than their reader may see."""

from __future__ import annotations

import pytest

from pmo.kernel.errors import Invalid, NotVisible, Refused
from pmo.ui import actions
from pmo.ui.models import SavedView
from portfolio.status.tables import StatusReportFilters

LIST = "portfolio:project_list"
pytestmark = pytest.mark.django_db


def kept(owner, name="Mine", query="phase=deliver&columns=project,unit&group=unit", **fields):
    return actions.save_view(LIST, {"name": name, "query": query, **fields}, actor=owner)


def test_a_view_leads_to_its_address(cast, client_of):
    view = kept(cast.alice)
    answer = client_of(cast.alice).get(f"/projects/?saved={view.pk}")
    assert answer.status_code == 302
    assert answer["Location"] == f"/projects/?phase=deliver&columns=project,unit&group=unit&saved={view.pk}"


def test_a_view_that_names_what_is_gone_opens_and_says_what_it_left_out(cast, client_of):
    view = kept(cast.alice, query="colour=red&columns=project,salary&sort=-wage&group=mood&view=all&phase=nosuch")
    answer = client_of(cast.alice).get(f"/projects/?saved={view.pk}", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == f"/projects/?columns=project&view=all&saved={view.pk}"
    text = answer.content.decode()
    assert all(f"“{part}”" in text for part in ("colour", "salary", "-wage", "mood", "Phase"))


def test_a_view_of_nobody_else_does_not_exist_for_others(cast, client_of):
    view = kept(cast.alice)
    assert client_of(cast.bob).get(f"/projects/?saved={view.pk}").status_code == 400
    with pytest.raises(NotVisible):
        actions.change_view(view.pk, {"name": "Taken"}, actor=cast.bob)


def test_sharing_needs_its_right(cast):
    with pytest.raises(Refused):
        kept(cast.alice, sharing="everybody")
    assert kept(cast.director, sharing="everybody").is_shared


def test_a_view_for_a_role_is_seen_by_its_holders_alone(cast, client_of):
    view = kept(cast.director, sharing="roles", roles=["executive"])
    assert client_of(cast.executive).get(f"/projects/?saved={view.pk}").status_code == 302
    assert client_of(cast.alice).get(f"/projects/?saved={view.pk}").status_code == 400


def test_a_role_that_does_not_exist_is_named(cast):
    with pytest.raises(Invalid) as told:
        kept(cast.director, sharing="roles", roles=["emperor"])
    assert told.value.errors == {"roles": ["There is no role “emperor”."]}


def test_a_shared_view_shows_a_reader_his_own_rows_and_drops_a_filter_on_what_is_hidden(cast, client_of, world):
    hidden = world.projects["N-4"]
    view = actions.save_view(
        "portfolio:report_list",
        {"name": "Of one", "query": f"project={hidden.code}", "sharing": "everybody"},
        actor=cast.director,
    )
    answer = client_of(cast.analyst).get(f"/reports/?saved={view.pk}", follow=True)
    assert "N-4" not in answer.redirect_chain[-1][0] if answer.redirect_chain else True
    assert "N-4" not in answer.content.decode()


def test_a_description_of_the_interface_widens_no_filter(cast, client_of, api_of):
    assert api_of(cast.director).get("/api/v1/schema/").status_code == 200
    for each in StatusReportFilters.base_filters.values():
        assert each.field is not None
    assert client_of(cast.analyst).get("/reports/?project=N-4").status_code == 400


def test_a_list_opens_with_the_view_that_was_chosen_and_plainly_when_asked(cast, client_of):
    view, client = kept(cast.alice), client_of(cast.alice)
    assert client.get("/projects/").status_code == 200
    actions.open_with(LIST, view.pk, actor=cast.alice)
    assert client.get("/projects/")["Location"].endswith(f"saved={view.pk}")
    assert client.get("/projects/?saved=none").status_code == 200
    actions.open_with(LIST, None, actor=cast.alice)
    assert client.get("/projects/").status_code == 200


def test_the_default_of_a_role_yields_to_ones_own_choice(cast, client_of):
    view = kept(cast.director, sharing="roles", roles=["project_manager"])
    actions.open_for_roles(view.pk, ["project_manager"], actor=cast.director)
    client = client_of(cast.alice)
    assert client.get("/projects/")["Location"].endswith(f"saved={view.pk}")
    own = kept(cast.alice)
    actions.open_with(LIST, own.pk, actor=cast.alice)
    assert client.get("/projects/")["Location"].endswith(f"saved={own.pk}")


def test_a_list_cannot_open_for_a_role_with_what_the_role_does_not_see(cast):
    view = kept(cast.director)
    with pytest.raises(Invalid) as told:
        actions.open_for_roles(view.pk, ["executive"], actor=cast.director)
    assert list(told.value.errors) == ["opens_for"]


def test_the_form_saves_shares_and_deletes(cast, client_of):
    client = client_of(cast.director)
    sent = {"name": "Red ones", "sharing": "everybody", "opens_mine": "on"}
    answer = client.post(f"/views/new/?list={LIST}&query=status%3Dred", sent)
    view = SavedView.objects.get(name="Red ones")
    assert answer["Location"] == f"/projects/?saved={view.pk}"
    assert (view.query, view.sharing, view.owner) == ("status=red", "everybody", cast.director)
    assert client.post(f"/views/{view.pk}/update/", {"query": "status=amber", "version": 1}).status_code == 302
    view.refresh_from_db()
    assert (view.query, view.version) == ("status=amber", 2)
    assert client.post(f"/views/{view.pk}/update/", {"query": "status=green", "version": 1}).status_code == 409
    assert client.post(f"/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.objects.filter(pk=view.pk).exists()


def test_a_name_is_taken_once_per_person_and_list(cast, client_of):
    kept(cast.alice, name="Twice")
    answer = client_of(cast.alice).post(f"/views/new/?list={LIST}&query=", {"name": "Twice"})
    assert answer.status_code == 422
    assert "You have a view of this name already" in answer.content.decode()


def test_a_program_keeps_views_and_learns_no_hidden_code(cast, api_of, world):
    made = api_of(cast.alice).post("/api/v1/views/", {"page": LIST, "name": "By unit", "query": "group=unit"}, "json")
    assert made.status_code == 201, made.content
    address = f"/api/v1/views/{made.json()['id']}/"
    assert api_of(cast.bob).get(address).status_code == 404
    changed = api_of(cast.alice).patch(address, {"name": "By units"}, "json", headers={"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["name"]) == (200, "By units")
    shared = actions.save_view(
        "portfolio:report_list", {"name": "One", "query": "project=N-4", "sharing": "everybody"}, actor=cast.director
    )
    assert api_of(cast.analyst).get(f"/api/v1/views/{shared.pk}/").json()["query"] == ""
