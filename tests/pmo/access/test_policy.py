"""May this person do this to that: with the reason, and without saying that the hidden exists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from pmo.access.models import Grant, Role, RolePermission, User
from pmo.access.policy import can, require
from pmo.access.queries import holders
from pmo.access.reach import Holding, Reach, combine
from pmo.kernel.errors import NotVisible, Refused

pytestmark = pytest.mark.django_db


def vector(code: str, project, world) -> str:
    """One letter for each member of the cast: yes, refused (visible), hidden."""
    verdicts = (can(user, code, project, view="project.view") for user in world.users.values())
    return "".join("y" if verdict else "h" if verdict.hidden else "r" for verdict in verdicts)


# director portfolio alice bob analyst administrator executive resources member sysadmin stranger robot
VECTORS = {
    ("project.view", "N-1"): "yyyhyyhhyhhy",
    ("project.edit", "N-1"): "ryyhryhhrhhy",
    ("project.assign_manager", "N-1"): "yyrhrrhhrhhr",
    ("status.write", "N-1"): "rryhryhhrhhr",
    ("status.submit", "N-1"): "rryhrrhhrhhr",
    ("status.check", "N-1"): "yyrhyrhhrhhr",
    ("status.publish", "N-1"): "yyrhyrhhrhhr",
    ("audit.view", "N-1"): "yyyhyrhhryhr",
    ("project.view", "S-1"): "yhhyyyyyhhhy",
    ("project.edit", "S-1"): "rhhyrrrrhhhy",
    ("status.write", "S-1"): "rhhyrrrrhhhr",
    ("status.publish", "S-1"): "yhhryrrrhhhr",
    ("project.view", "N-4"): "hhyhhhhhhhhh",
    ("status.publish", "N-4"): "hhrhhhhhhhhh",
}


def test_a_right_within_one_project_shows_its_portfolio_and_programme_but_changes_neither(world, cast, fresh):
    project = world.projects["N-1"]
    role = Role.objects.get(code="portfolio_manager")
    Grant.objects.create(user=cast.stranger, role=role, scope="project", scope_id=project.pk)
    held = fresh(cast.stranger)
    for parent in (project.portfolio, project.programme):
        assert can(held, "portfolio.view", parent)
        assert not can(held, "portfolio.edit", parent)
    assert can(held, "project.edit", project)


@pytest.mark.parametrize(("code", "project"), VECTORS)
def test_the_matrix_holds_for_each_role_and_project(code, project, world):
    assert vector(code, world.projects[project], world) == VECTORS[code, project]


def test_a_stranger_is_told_that_it_does_not_exist_and_a_viewer_why_he_may_not(world, cast):
    with pytest.raises(NotVisible):
        require(cast.stranger, "project.edit", world.projects["N-1"])
    with pytest.raises(Refused) as refusal:
        require(cast.member, "project.edit", world.projects["N-1"])
    assert refusal.value.verdict.reason == "Your roles do not include this here: Edit project data."


def test_nobody_and_the_inactive_may_nothing(world, cast):
    assert not can(AnonymousUser(), "project.view")
    cast.director.is_active = False
    assert not can(cast.director, "project.view")


def test_an_unknown_permission_is_a_mistake_and_not_a_refusal(cast):
    with pytest.raises(LookupError):
        can(cast.director, "project.veiw")


def test_the_system_may_everything_everywhere(world):
    system = User.objects.system()
    assert can(system, "status.publish", world.projects["N-4"])
    assert not system.is_active


def test_a_grant_holds_from_its_start_to_its_end(world, cast, fresh):
    now = timezone.now()
    grant = Grant.objects.create(
        user=cast.stranger, role=Role.objects.get(code="analyst"), starts_at=now + timedelta(hours=1)
    )
    assert not can(fresh(cast.stranger), "project.view")
    Grant.objects.filter(pk=grant.pk).update(starts_at=now - timedelta(hours=2))
    assert can(fresh(cast.stranger), "project.view")
    Grant.objects.filter(pk=grant.pk).update(ends_at=now - timedelta(hours=1))
    assert not can(fresh(cast.stranger), "project.view")


def test_an_installation_changes_the_matrix_by_data(world, cast, fresh):
    role = Role.objects.get(code="member")
    RolePermission.objects.create(role=role, permission="status.write", reach="project")
    assert can(fresh(cast.member), "status.write", world.projects["N-1"])
    assert not can(fresh(cast.member), "status.write", world.projects["N-3"])


def test_the_rights_of_a_request_are_read_once(world, cast, fresh, django_assert_num_queries):
    user = fresh(cast.alice)
    with django_assert_num_queries(1):
        for code in ("project.view", "project.edit", "status.publish", "audit.view"):
            can(user, code)


def test_holders_are_people_who_may_and_no_service_accounts(world):
    assert [user.username for user in holders("status.publish", world.projects["N-1"])] == [
        "analyst",
        "director",
        "portfolio",
    ]


def test_a_scoped_grant_gives_its_scope_and_no_more():
    held = [
        Holding("executive", "portfolio", "portfolio", 3),
        Holding("executive", "portfolio", "portfolio", 4),
        Holding("member", "project", "project", 9),
    ]
    assert combine(held) == Reach(ids={"portfolio": frozenset({3, 4}), "project": frozenset({9})})


def test_a_grant_over_the_organisation_gives_the_reach_of_the_matrix():
    assert combine([Holding("director", "all", "organisation", None)]) == Reach(everything=True)
    assert combine([Holding("alice", "project", "organisation", None)]) == Reach(own_projects=frozenset({"alice"}))
    assert combine([Holding("pm", "unit", "organisation", None)]) == Reach(own_units=True)
    assert not combine([])
