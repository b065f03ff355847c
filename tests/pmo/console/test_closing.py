"""Closing an account hands over what the person answers for: all of it or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pmo.access.models import Delegation, User
from pmo.audit.models import Record
from pmo.console.actions.closing import close_account
from pmo.console.actions.delegations import delegate
from pmo.followups.models import ActionItem
from pmo.kernel.errors import Invalid
from portfolio.projects.models import Portfolio, Project
from portfolio.status import actions as status
from reporting.packs.models import Pack

pytestmark = pytest.mark.django_db


def test_without_an_heir_for_what_must_go_on_nothing_is_closed(cast):
    with pytest.raises(Invalid) as refusal:
        close_account(cast.alice.pk, actor=cast.sysadmin)
    assert refusal.value.errors == {"to_managed_projects": ["Choose who takes these over."]}
    assert User.objects.get(pk=cast.alice.pk).is_active


def test_projects_go_to_the_heir_with_a_record_each_and_the_closing_tells_all(world, cast):
    close_account(cast.alice.pk, actor=cast.sysadmin, heirs={"managed_projects": cast.bob})
    assert not Project.objects.filter(manager=cast.alice).exists()
    assert Project.objects.get(code="N-4").manager == cast.bob
    told = Record.objects.filter(object_type="access.user", object_id=cast.alice.pk).latest("pk")
    assert told.changes == {"is_active": ["open", "closed"], "Projects managed": ["3", f"person:{cast.bob.pk}"]}
    moved = Record.objects.filter(verb="project.assign_manager")
    assert sorted(moved.values_list("object_id", flat=True)) == sorted(
        world.projects[code].pk for code in ("N-1", "N-3", "N-4")
    )
    assert moved.first().changes == {"manager": [f"person:{cast.alice.pk}", f"person:{cast.bob.pk}"]}


def test_the_projects_of_those_who_left_before_stay_as_they_ended(world, cast):
    Project.objects.filter(code="N-3").update(state="closed")
    close_account(cast.alice.pk, actor=cast.sysadmin, heirs={"managed_projects": cast.bob})
    assert Project.objects.get(code="N-3").manager == cast.alice


def test_all_or_nothing_when_one_kind_cannot_go(world, cast):
    pack = Pack.objects.create(name="North monthly", portfolio=world.portfolios["NORTH"])
    pack.recipients.add(cast.portfolio)
    heirs = {"managed_portfolios": cast.director, "packs": cast.stranger}
    with pytest.raises(Invalid) as refusal:
        close_account(cast.portfolio.pk, actor=cast.sysadmin, heirs=heirs)
    assert refusal.value.errors == {"to_packs": ["Stranger Small may not read all of these packs."]}
    assert Portfolio.objects.get(code="NORTH").manager == cast.portfolio
    close_account(cast.portfolio.pk, actor=cast.sysadmin, heirs={**heirs, "packs": cast.director})
    assert list(pack.recipients.all()) == [cast.director]
    assert Portfolio.objects.get(code="NORTH").manager == cast.director


def test_drafts_and_roles_go_when_somebody_is_named_for_them(world, cast, fresh):
    draft = status.start(world.projects["N-1"].pk, actor=cast.alice)
    heirs = {"managed_projects": cast.bob, "drafts": cast.bob, "roles": cast.member}
    close_account(cast.alice.pk, actor=cast.sysadmin, heirs=heirs)
    draft.refresh_from_db()
    assert draft.author == cast.bob
    assert "project_manager" in cast.member.grants.values_list("role__code", flat=True)
    assert cast.alice.grants.count() == 1


def test_action_items_that_are_not_done_go_to_the_heir(cast):
    item = ActionItem.objects.create(title="Call the port", owner=cast.member, created_by=cast.alice)
    done = ActionItem.objects.create(title="Done", owner=cast.member, created_by=cast.alice, state="done")
    with pytest.raises(Invalid) as refusal:
        close_account(cast.member.pk, actor=cast.sysadmin)
    assert list(refusal.value.errors) == ["to_action_items"]
    close_account(cast.member.pk, actor=cast.sysadmin, heirs={"action_items": cast.bob})
    item.refresh_from_db()
    done.refresh_from_db()
    assert (item.owner, done.owner) == (cast.bob, cast.member)


@pytest.mark.parametrize("heir", ["alice", "robot", "gone"])
def test_only_another_open_account_of_a_person_takes_over(heir, cast):
    User.objects.create(username="gone", is_active=False)
    with pytest.raises(Invalid) as refusal:
        close_account(cast.alice.pk, actor=cast.sysadmin, heirs={"managed_projects": User.objects.get(username=heir)})
    assert list(refusal.value.errors) == ["to_managed_projects"]


def test_delegations_of_both_directions_end(cast):
    week = timezone.now() + timedelta(days=7)
    delegate(cast.alice, actor=cast.bob, ends_at=week)
    delegate(cast.bob, actor=cast.alice, ends_at=week)
    close_account(cast.alice.pk, actor=cast.sysadmin, heirs={"managed_projects": cast.bob})
    assert {each.state for each in Delegation.objects.all()} == {"ended"}


def test_the_page_names_what_its_reader_may_see_and_counts_the_rest(cast, client_of):
    address = reverse("console:user_close", args=[cast.alice.pk])
    text = client_of(cast.sysadmin).get(address).content.decode()
    assert "Projects managed go to" in text
    assert "There are 3." in text
    assert "Bridge" not in text
    assert "Secret site" not in text


def test_the_page_closes_with_an_heir_and_keeps_what_was_typed_without(cast, client_of):
    browser = client_of(cast.sysadmin)
    address = reverse("console:user_close", args=[cast.alice.pk])
    refused = browser.post(address, {"note": "left us"})
    assert refused.status_code == 422
    assert "Choose who takes these over." in refused.content.decode()
    assert "left us" in refused.content.decode()
    assert browser.post(address, {"note": "left us", "to_managed_projects": "bob"}).status_code == 302
    assert not User.objects.get(pk=cast.alice.pk).is_active
