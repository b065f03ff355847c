"""Roles are granted within scopes for a time, by others than their holder, and somebody always remains to do it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from pmo.access.models import Grant, Role, User
from pmo.access.policy import can
from pmo.audit.models import Record
from pmo.console.actions import grants, inviting, roles
from pmo.console.histories import account_history
from pmo.console.invitations import invitation_key
from pmo.console.queries import matrix_version, rights_in_words
from pmo.kernel.errors import Broken, Invalid, NotVisible, Refused, Stale, WrongState
from portfolio.projects.models import Project


@pytest.fixture
def role():
    return lambda code: Role.objects.get(code=code)


def test_only_who_grants_roles_grants_one(cast, role):
    for actor in (cast.director, cast.portfolio, cast.alice, cast.administrator, cast.stranger):
        with pytest.raises(Refused):
            grants.grant_role(cast.stranger.pk, role("member"), actor=actor)
    assert not cast.stranger.grants.exists()


def test_a_role_within_a_portfolio_opens_that_portfolio_only(cast, world, role, fresh):
    north = world.portfolios["NORTH"]
    grants.grant_role(cast.stranger.pk, role("executive"), actor=cast.sysadmin, scope="portfolio", scope_id=north.pk)
    seen = Project.objects.visible_to(fresh(cast.stranger)).order_by("code").values_list("code", flat=True)
    assert list(seen) == ["N-1", "N-2", "N-3"]
    assert ("Portfolio North", "See packs") in [
        (where, word) for where, permissions in rights_in_words(fresh(cast.stranger)) for word in permissions
    ]


def test_a_grant_is_told_in_record_and_history(cast, world, role):
    unit = world.units["WORKS"]
    grant = grants.grant_role(cast.bob.pk, role("member"), actor=cast.sysadmin, scope="unit", scope_id=unit.pk)
    grants.revoke(grant.pk, actor=cast.sysadmin, note="moved on")
    told = [(each.actor, each.what, each.note) for each in account_history(cast.bob)[:2]]
    assert told == [
        ("Sysadmin Small", "took away the role Team member, Unit Works", "moved on"),
        ("Sysadmin Small", "gave the role Team member, Unit Works", ""),
    ]
    changes = Record.objects.filter(verb="grant.edit", object_id=cast.bob.pk).order_by("pk").values_list("changes")
    assert [each for (each,) in changes] == [
        {"grants": ["", "Team member, Unit Works"]},
        {"grants": ["Team member, Unit Works", ""]},
    ]


def test_nobody_grants_himself_a_role(cast, role):
    with pytest.raises(Refused) as refusal:
        grants.grant_role(cast.sysadmin.pk, role("director"), actor=cast.sysadmin)
    assert refusal.value.message == "Nobody grants a role to himself; another administrator does that."


def test_the_same_grant_twice_is_refused_in_words(cast, role):
    with pytest.raises(Invalid) as refusal:
        grants.grant_role(cast.analyst.pk, role("analyst"), actor=cast.sysadmin)
    assert refusal.value.errors == {"": ["This person holds that role there already."]}


def test_a_scope_that_does_not_exist_is_refused(cast, role):
    for scope, pk in (("portfolio", 999_999), ("portfolio", None), ("galaxy", 1)):
        with pytest.raises(Broken) as refusal:
            grants.grant_role(cast.bob.pk, role("member"), actor=cast.sysadmin, scope=scope, scope_id=pk)
        assert list(refusal.value.errors) == ["within"]


def test_a_confidential_project_cannot_be_found_by_granting_on_it(cast, world, role):
    with pytest.raises(Broken):
        grants.grant_role(
            cast.bob.pk, role("member"), actor=cast.sysadmin, scope="project", scope_id=world.projects["N-4"].pk
        )


def test_a_grant_ends_by_itself(cast, role, fresh):
    soon = timezone.now() + timedelta(days=2)
    grant = grants.grant_role(cast.stranger.pk, role("analyst"), actor=cast.sysadmin, ends_at=soon)
    assert can(fresh(cast.stranger), "project.view")
    Grant.objects.filter(pk=grant.pk).update(ends_at=timezone.now())
    assert not can(fresh(cast.stranger), "project.view")
    with pytest.raises(Broken) as refusal:
        grants.grant_role(cast.bob.pk, role("member"), actor=cast.sysadmin, ends_at=timezone.now())
    assert list(refusal.value.errors) == ["ends_on"]


def test_the_last_who_can_grant_roles_keeps_his(cast, role):
    own = cast.sysadmin.grants.get(role__code="sysadmin")
    with pytest.raises(WrongState):
        grants.revoke(own.pk, actor=cast.sysadmin)
    temporary = timezone.now() + timedelta(days=30)
    grants.grant_role(cast.bob.pk, role("sysadmin"), actor=cast.sysadmin, ends_at=temporary)
    with pytest.raises(WrongState):
        grants.revoke(own.pk, actor=cast.sysadmin)
    grants.grant_role(cast.alice.pk, role("sysadmin"), actor=cast.sysadmin)
    grants.revoke(own.pk, actor=cast.sysadmin)
    assert not cast.sysadmin.grants.exists()


def test_who_was_asked_in_and_has_not_come_yet_is_no_administrator_to_rely_on(cast, role):
    own = cast.sysadmin.grants.get(role__code="sysadmin")
    invited = inviting.invite_person(
        {"first_name": "Nadia", "email": "nadia@small.example"}, actor=cast.sysadmin, role=role("sysadmin")
    )
    with pytest.raises(WrongState, match="Somebody must remain who can grant roles"):
        grants.revoke(own.pk, actor=cast.sysadmin)
    inviting.accept(invitation_key(invited), password="correct horse battery", actor=User.objects.system())
    grants.revoke(own.pk, actor=cast.sysadmin)
    assert not cast.sysadmin.grants.exists()


def test_a_grant_that_is_gone_is_not_there_to_revoke(cast):
    with pytest.raises(NotVisible):
        grants.revoke(999_999, actor=cast.sysadmin)


def test_the_database_itself_refuses_a_scope_without_object(cast, role):
    with pytest.raises(IntegrityError):
        Grant.objects.bulk_create([Grant(user=cast.bob, role=role("member"), scope="portfolio")])
    assert connection.needs_rollback


# --- the matrix ---------------------------------------------------------------------------------------------------
def test_the_matrix_is_data_that_an_administrator_changes(cast, role, fresh):
    assert not can(cast.alice, "project.create")
    manager = role("project_manager")
    roles.set_permissions(manager.pk, {"project.create": "all"}, actor=cast.sysadmin, version=matrix_version(manager))
    assert can(fresh(cast.alice), "project.create")
    record = Record.objects.filter(verb="grant.edit", object_type="access.role").latest("pk")
    assert (record.object_label, record.changes) == ("Project manager", {"project.create": ["", "all"]})
    with pytest.raises(Refused):
        roles.set_permissions(manager.pk, {"status.publish": "all"}, actor=cast.director)


def test_two_edits_of_one_role_do_not_overwrite_each_other(cast, role):
    manager = role("project_manager")
    opened = matrix_version(manager)
    roles.set_permissions(manager.pk, {"pack.view": "project"}, actor=cast.sysadmin, version=opened)
    with pytest.raises(Stale):
        roles.set_permissions(manager.pk, {"pack.view": ""}, actor=cast.sysadmin, version=opened)
    assert manager.permissions.get(permission="pack.view").reach == "project"


def test_a_role_that_grants_roles_never_approves(cast, role):
    with pytest.raises(Broken) as refusal:
        roles.set_permissions(role("sysadmin").pk, {"status.publish": "all"}, actor=cast.sysadmin)
    assert refusal.value.message == "A role that grants roles must not approve: Publish status reports."


def test_the_matrix_cannot_lock_everybody_out(cast, role):
    with pytest.raises(WrongState):
        roles.set_permissions(role("sysadmin").pk, {"grant.edit": ""}, actor=cast.sysadmin)
    assert role("sysadmin").permissions.get(permission="grant.edit").reach == "all"


def test_nobody_widens_a_role_that_he_holds_himself(cast, role, fresh):
    with pytest.raises(Refused, match="Nobody widens a role that he holds himself"):
        roles.set_permissions(role("sysadmin").pk, {"project.view": "all"}, actor=cast.sysadmin)
    roles.set_permissions(role("sysadmin").pk, {"job.view": ""}, actor=cast.sysadmin)
    assert not can(fresh(cast.sysadmin), "job.view")


def test_an_unknown_permission_or_reach_is_refused(cast, role):
    for reaches in ({"moon.landing": "all"}, {"project.view": "galaxy"}):
        with pytest.raises(Broken):
            roles.set_permissions(role("member").pk, reaches, actor=cast.sysadmin)


def test_a_role_of_ones_own_begins_as_another_one(cast, role):
    made = roles.add_role(code="reviewer", name="Reviewer", like=role("member"), actor=cast.sysadmin)
    assert set(made.permissions.values_list("permission", "reach")) == set(
        role("member").permissions.values_list("permission", "reach")
    )
    for taken in ("member", "new"):
        with pytest.raises(Invalid):
            roles.add_role(code=taken, name="Again", actor=cast.sysadmin)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other_at_once(role):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connections

    first, second = (User.objects.create(username=name) for name in ("first", "second"))
    held = {user.pk: Grant.objects.create(user=user, role=role("sysadmin")).pk for user in (first, second)}
    gate = Barrier(2)

    def revoke(actor: User, grant_pk: int) -> str:
        try:
            gate.wait(timeout=20)
            grants.revoke(grant_pk, actor=actor)
            return "revoked"
        except (WrongState, Refused) as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(revoke, first, held[second.pk]), pool.submit(revoke, second, held[first.pk])]
        outcomes = sorted(each.result(timeout=60) for each in tries)
    assert outcomes in (["WrongState", "revoked"], ["Refused", "revoked"])
    assert Grant.objects.filter(role__code="sysadmin").count() == 1
