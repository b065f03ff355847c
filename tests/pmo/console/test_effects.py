"""A change of roles is shown before it is saved, and only what was shown is saved."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pmo.access.models import Grant, Role, RolePermission
from pmo.console.actions import grants, roles
from pmo.console.effects import effect_of
from pmo.console.queries import matrix_version

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"console:{name}", args=args)


def test_a_grant_gives_rights_and_projects_and_writes_nothing_yet(world, cast):
    role = Role.objects.get(code="analyst")
    effect = effect_of([cast.member.pk], lambda: grants.grant_role(cast.member.pk, role, actor=cast.sysadmin))
    assert effect.gains[0] == "Projects to see: 4 more, for Member Small"
    assert effect.gains[1].startswith("Member Small: ")
    assert "Publish status reports" in effect.gains[1]
    assert effect.losses == []
    assert not cast.member.grants.filter(role=role).exists()


def test_a_narrower_role_takes_from_all_who_hold_it(world, cast):
    role = Role.objects.get(code="project_manager")
    people = [cast.alice.pk, cast.bob.pk]
    effect = effect_of(people, lambda: roles.set_permissions(role.pk, {"project.view": ""}, actor=cast.sysadmin))
    assert effect.gains == []
    assert effect.losses == [
        "Projects to see: 2 to 3 fewer, for Alice Small, Bob Small",
        "Alice Small, Bob Small: See projects and their published reports",
    ]
    assert RolePermission.objects.filter(role=role, permission="project.view").exists()


def test_the_page_shows_first_and_saves_what_was_shown(cast, client_of):
    browser = client_of(cast.sysadmin)
    form = {"role": Role.objects.get(code="analyst").pk, "within": ""}
    shown = browser.post(url("grant_new", cast.member.pk), form)
    assert shown.status_code == 200
    assert "Publish status reports" in shown.content.decode()
    assert "Nothing is saved yet." in shown.content.decode()
    assert cast.member.grants.count() == 1
    other = {**form, "role": Role.objects.get(code="director").pk, "confirmed": shown.context["confirmed"]}
    assert browser.post(url("grant_new", cast.member.pk), other).status_code == 200
    assert cast.member.grants.count() == 1
    done = browser.post(url("grant_new", cast.member.pk), {**form, "confirmed": shown.context["confirmed"]})
    assert done.status_code == 302
    assert cast.member.grants.count() == 2


def test_what_would_be_refused_is_told_instead_of_an_effect(cast, client_of):
    browser = client_of(cast.sysadmin)
    own = Grant.objects.get(user=cast.sysadmin)
    answer = browser.post(url("grant_revoke", own.pk))
    assert answer.status_code == 409
    assert "Somebody must remain who can grant roles without an end." in answer.content.decode()
    role = Role.objects.get(code="sysadmin")
    form = dict(role.permissions.values_list("permission", "reach"))
    answer = browser.post(url("role_edit", "sysadmin"), {**form, "grant.edit": "", "version": matrix_version(role)})
    assert answer.status_code == 409
    assert role.permissions.filter(permission="grant.edit").exists()


def test_a_role_that_reaches_two_hundred_people_is_measured_for_a_part_and_says_so(cast, monkeypatch):
    monkeypatch.setattr("pmo.console.effects.MOST_PEOPLE", 1)
    effect = effect_of([cast.alice.pk, cast.bob.pk], lambda: None)
    assert (effect.measured, effect.touched, effect.is_nothing) == (1, 2, True)
