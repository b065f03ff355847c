"""A delegate acts on somebody's behalf for a time: his rights, the records, segregation of duties, and the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pmo.access.models import Delegation, Grant, Role
from pmo.access.policy import can
from pmo.audit.history import history_of
from pmo.audit.models import Record
from pmo.audit.sentences import told
from pmo.console.actions.delegations import delegate, end_delegation
from pmo.kernel.errors import Broken, NotVisible, Refused, WrongState
from pmo.notices.models import Notice
from portfolio.projects.actions import edit_project
from portfolio.projects.models import Project
from portfolio.status import actions as status
from tests.portfolio.status.writing import submitted

pytestmark = pytest.mark.django_db


def in_days(days: int):
    return timezone.now() + timedelta(days=days)


@pytest.fixture
def bob_for_alice(cast, fresh):
    """Bob may do all that Alice may, for a week."""
    delegate(cast.bob, actor=cast.alice, ends_at=in_days(7))
    return fresh(cast.bob)


def test_a_delegate_may_do_what_the_delegator_may_and_keeps_his_own_rights(world, cast, fresh):
    assert not can(cast.bob, "project.edit", world.projects["N-1"])
    delegate(cast.bob, actor=cast.alice, ends_at=in_days(7))
    bob = fresh(cast.bob)
    assert can(bob, "project.edit", world.projects["N-1"])
    assert can(bob, "project.edit", world.projects["S-1"])
    assert set(Project.objects.visible_to(bob)) == set(Project.objects.visible_to(cast.alice)) | set(
        Project.objects.visible_to(cast.bob)
    )


def test_rights_that_reach_everything_are_not_narrowed_by_borrowed_ones(cast, fresh):
    delegate(cast.analyst, actor=cast.alice, ends_at=in_days(7))
    before = set(Project.objects.visible_to(cast.analyst))
    assert set(Project.objects.visible_to(fresh(cast.analyst))) == before | set(Project.objects.visible_to(cast.alice))


def test_the_record_and_the_history_say_on_whose_behalf(world, cast, bob_for_alice):
    project = world.projects["N-1"]
    edit_project(project, {"category": "Rail"}, actor=bob_for_alice, version=project.version)
    record = Record.objects.filter(verb="project.edit").latest("pk")
    assert (record.actor, record.on_behalf_of) == (cast.bob, cast.alice)
    assert told([record])[0].actor == "Bob Small on behalf of Alice Small"
    assert history_of([project])[0].actor == "Bob Small on behalf of Alice Small"


def test_what_ones_own_rights_allow_is_done_on_nobodys_behalf(world, bob_for_alice):
    project = world.projects["S-1"]
    edit_project(project, {"category": "Sea"}, actor=bob_for_alice, version=project.version)
    assert Record.objects.filter(verb="project.edit").latest("pk").on_behalf_of is None
    assert history_of([project])[0].actor == "Bob Small"


def test_chosen_rights_only_are_lent(world, cast, fresh):
    delegate(cast.bob, actor=cast.alice, ends_at=in_days(7), permissions=["project.view"])
    bob = fresh(cast.bob)
    assert can(bob, "project.view", world.projects["N-1"])
    assert not can(bob, "project.edit", world.projects["N-1"])


def test_what_is_lent_is_not_lent_on(world, cast, fresh, bob_for_alice):
    delegate(cast.member, actor=bob_for_alice, ends_at=in_days(7))
    member = fresh(cast.member)
    assert can(member, "project.edit", world.projects["S-1"])
    assert not can(member, "project.edit", world.projects["N-1"])
    with pytest.raises(Broken) as refusal:
        delegate(cast.member, actor=cast.alice, ends_at=in_days(7), permissions=["status.publish"])
    assert refusal.value.errors == {
        "permissions": ["You cannot lend what you do not hold yourself: Publish status reports."]
    }


@pytest.mark.parametrize("code", ["grant.edit", "user.edit", "user.erase", "token.manage"])
def test_the_keys_of_the_house_are_never_lent(code, cast, fresh):
    own = bool(can(fresh(cast.bob), code))
    delegate(cast.bob, actor=cast.sysadmin, ends_at=in_days(7))
    assert can(cast.sysadmin, code)
    lent = can(fresh(cast.bob), code)
    assert (bool(lent), lent.on_behalf_of) == (own, None)
    with pytest.raises(Broken):
        delegate(cast.member, actor=cast.sysadmin, ends_at=in_days(7), permissions=[code])


def test_a_delegation_begins_and_ends_by_itself(world, cast, fresh):
    given = delegate(cast.bob, actor=cast.alice, starts_at=in_days(1), ends_at=in_days(2))
    assert (given.state, bool(can(fresh(cast.bob), "project.edit", world.projects["N-1"]))) == ("coming", False)
    Delegation.objects.filter(pk=given.pk).update(starts_at=in_days(-2))
    assert can(fresh(cast.bob), "project.edit", world.projects["N-1"])
    Delegation.objects.filter(pk=given.pk).update(ends_at=in_days(-1))
    assert not can(fresh(cast.bob), "project.edit", world.projects["N-1"])


def test_a_closed_account_lends_nothing(world, cast, fresh, bob_for_alice):
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert not can(fresh(cast.bob), "project.edit", world.projects["N-1"])


def test_a_token_uses_its_owners_own_rights_only(world, cast, api_of, bob_for_alice):
    assert api_of(bob_for_alice, "read").get("/api/v1/projects/N-1/").status_code == 404
    assert api_of(bob_for_alice).get("/api/v1/projects/N-1/").status_code == 200


# --- segregation of duties ----------------------------------------------------------------------------------------
def publish(report, actor):
    return status.publish(report.pk, actor=actor, version=report.version)


def test_the_delegate_of_the_submitter_does_not_publish_his_report(world, cast, fresh):
    report = submitted(world, "N-3", "alice")
    delegate(cast.analyst, actor=cast.alice, ends_at=in_days(7))
    with pytest.raises(Refused) as refusal:
        publish(report, fresh(cast.analyst))
    assert refusal.value.message == "You act on behalf of somebody who worked on this; another person must do it."


def test_nobody_publishes_what_was_submitted_on_his_behalf_even_after_the_delegation(world, cast, fresh):
    Grant.objects.create(user=cast.alice, role=Role.objects.get(code="analyst"))
    given = delegate(cast.bob, actor=fresh(cast.alice), ends_at=in_days(7))
    report = status.start(world.projects["N-3"].pk, actor=fresh(cast.bob))
    Record.objects.filter(object_id=report.pk, object_type="portfolio.statusreport", on_behalf_of=cast.alice).latest(
        "pk"
    )
    end_delegation(given.pk, actor=cast.alice)
    type(report).objects.filter(pk=report.pk).update(state="submitted", submitted_by=cast.bob)
    report.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        publish(report, fresh(cast.alice))
    assert refusal.value.message == "Nobody may do this to his own work; another person must."


def test_nobody_publishes_what_a_delegate_wrote_for_him_though_another_opened_and_submitted_it(world, cast, fresh):
    Grant.objects.create(user=cast.alice, role=Role.objects.get(code="analyst"))
    Grant.objects.create(
        user=cast.member,
        role=Role.objects.get(code="project_manager"),
        scope="project",
        scope_id=world.projects["N-3"].pk,
    )
    report = status.start(world.projects["N-3"].pk, actor=fresh(cast.member))
    given = delegate(cast.bob, actor=fresh(cast.alice), ends_at=in_days(7))
    status.save_draft(report.pk, {"summary": "All is well."}, actor=fresh(cast.bob))
    end_delegation(given.pk, actor=cast.alice)
    type(report).objects.filter(pk=report.pk).update(state="submitted", submitted_by=cast.member)
    report.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        publish(report, fresh(cast.alice))
    assert refusal.value.message == "Nobody may do this to his own work; another person must."
    assert "Bob Small on behalf of Alice Small" in [entry.actor for entry in history_of([report])]


def test_a_delegate_who_has_nothing_to_do_with_a_report_publishes_it_on_behalf(world, cast, fresh):
    report = submitted(world, "N-3", "alice")
    delegate(cast.bob, actor=cast.analyst, ends_at=in_days(7))
    publish(report, fresh(cast.bob))
    record = Record.objects.get(verb="status.publish", object_id=report.pk)
    assert (record.actor, record.on_behalf_of) == (cast.bob, cast.analyst)


# --- the verbs ----------------------------------------------------------------------------------------------------
def test_nonsense_is_refused_beside_its_field(cast):
    cases = [
        ({"deputy": cast.alice, "ends_at": in_days(1)}, "delegate"),
        ({"deputy": cast.robot, "ends_at": in_days(1)}, "delegate"),
        ({"deputy": cast.bob, "ends_at": in_days(-1)}, "ends_at"),
        ({"deputy": cast.bob, "starts_at": in_days(3), "ends_at": in_days(2)}, "ends_at"),
        ({"deputy": cast.bob, "ends_at": in_days(400)}, "ends_at"),
        ({"deputy": cast.bob, "ends_at": in_days(1), "permissions": ["moon.land"]}, "permissions"),
    ]
    for given, field in cases:
        with pytest.raises(Broken) as refusal:
            delegate(given.pop("deputy"), actor=cast.alice, **given)
        assert list(refusal.value.errors) == [field]


def test_both_sides_and_administrators_end_it_and_nobody_else(cast, fresh):
    for actor in (cast.alice, cast.bob, cast.sysadmin):
        given = delegate(cast.bob, actor=cast.alice, ends_at=in_days(7))
        assert end_delegation(given.pk, actor=actor).state == "ended"
        with pytest.raises(WrongState):
            end_delegation(given.pk, actor=actor)
    given = delegate(cast.bob, actor=cast.alice, ends_at=in_days(7))
    with pytest.raises(NotVisible):
        end_delegation(given.pk, actor=cast.director)


def test_the_delegate_is_told(cast, bob_for_alice):
    assert Notice.objects.get(user=cast.bob).text == "Alice Small lets you act on his or her behalf."


# --- pages and REST -----------------------------------------------------------------------------------------------
def test_one_lets_somebody_act_and_ends_it_on_ones_own_pages(cast, client_of):
    browser = client_of(cast.alice)
    day = (timezone.localdate() + timedelta(days=7)).isoformat()
    form = {"delegate": "bob", "ends_on": day, "rights": "chosen", "permissions": ["project.view", "project.edit"]}
    answer = browser.post(reverse("console:delegation_new"), form)
    assert answer.status_code == 302, answer.content.decode()
    given = Delegation.objects.get()
    assert given.permissions == ["project.edit", "project.view"]
    assert "Bob Small" in browser.get(reverse("console:delegation_list")).content.decode()
    assert "Alice Small" in client_of(cast.bob).get(reverse("console:delegation_list")).content.decode()
    assert (
        "Edit project data"
        in client_of(cast.sysadmin).get(reverse("console:user", args=[cast.alice.pk])).content.decode()
    )
    assert browser.post(reverse("console:delegation_end", args=[given.pk])).status_code == 302
    assert Delegation.objects.get().state == "ended"


def test_a_choice_of_rights_without_any_keeps_what_was_typed(cast, client_of):
    form = {"delegate": "bob", "ends_on": "2099-01-01", "rights": "chosen"}
    answer = client_of(cast.alice).post(reverse("console:delegation_new"), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose at least one right, or let the person use all." in text
    assert 'value="bob"' in text


def test_delegations_over_rest(cast, api_of):
    client = api_of(cast.alice)
    sent = {"delegate": "bob", "ends_at": in_days(7).isoformat(), "permissions": ["project.view"]}
    made = client.post("/api/v1/delegations/", sent, format="json")
    assert made.status_code == 201, made.content
    place = made["Location"]
    assert made.json()["delegate"]["code"] == "bob"
    assert made.json()["state"] == "running"
    assert api_of(cast.bob).get(place).status_code == 200
    assert api_of(cast.director).get(place).status_code == 404
    assert client.post(f"{place}end/", {}, format="json").status_code == 428
    ended = client.post(f"{place}end/", {}, format="json", headers={"If-Match": made["ETag"]})
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    assert api_of(cast.alice, "write").post("/api/v1/delegations/", sent, format="json").status_code == 403
    wrong = client.post("/api/v1/delegations/", {**sent, "ends_at": in_days(-1).isoformat()}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "ends_at")
