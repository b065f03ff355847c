"""Accounts: opened, changed, closed and reopened by those who may, with a record and without locking the house."""

from __future__ import annotations

from random import randrange
from uuid import uuid4

import pytest
from django.contrib.auth import authenticate

from pmo.access.models import Grant, Role, Token, User
from pmo.access.tokens import issue
from pmo.audit.models import Record
from pmo.console.actions import closing, people
from pmo.console.histories import account_history
from pmo.console.queries import account_version
from pmo.kernel.errors import Broken, Invalid, NotVisible, Refused, Stale, WrongState
from pmo.notices.models import Message
from pmo.organisation.models import Placement, Unit

NEW = {"username": "nadia", "first_name": "Nadia", "last_name": "Novak", "email": "nadia@small.example"}


def test_only_who_edits_users_opens_an_account(cast):
    for actor in (cast.director, cast.alice, cast.analyst, cast.administrator, cast.stranger):
        with pytest.raises(Refused):
            people.create_person(NEW, actor=actor)
    person = people.create_person(NEW, actor=cast.sysadmin, password="correct horse battery")
    assert authenticate(username="nadia", password="correct horse battery") == person
    assert list(person.grants.all()) == []


def test_a_new_account_is_told_in_the_history_with_its_maker(cast):
    unit = Unit.objects.get(code="WORKS")
    person = people.create_person(NEW, actor=cast.sysadmin, unit=unit)
    assert Placement.objects.get(user=person).unit == unit
    record = Record.objects.filter(object_type="access.user", object_id=person.pk).earliest("pk")
    assert (record.actor, record.verb, record.changes) == (
        cast.sysadmin,
        "user.edit",
        {"is_active": ["", "account opened"]},
    )
    told = account_history(person)
    assert (told[-1].actor, told[-1].what) == ("Sysadmin Small", "created this user")


def test_a_weak_password_is_refused_beside_its_field(cast):
    with pytest.raises(Invalid) as refusal:
        people.create_person(NEW, actor=cast.sysadmin, password="nadia")
    assert list(refusal.value.errors) == ["password"]
    assert not User.objects.filter(username="nadia").exists()


def test_an_address_belongs_to_one_account_whatever_its_case(cast):
    with pytest.raises(Broken) as refusal:
        people.create_person({**NEW, "email": "ALICE@small.example"}, actor=cast.sysadmin)
    assert refusal.value.errors == {"email": ["Another account has this address."]}


def test_a_stale_edit_of_an_account_is_refused_and_changes_nothing(cast):
    version = account_version(cast.alice)
    people.edit_person(cast.alice.pk, {"job_title": "Engineer"}, actor=cast.sysadmin, version=version)
    with pytest.raises(Stale) as stale:
        people.edit_person(cast.alice.pk, {"job_title": "Pilot"}, actor=cast.sysadmin, version=version)
    assert stale.value.current.job_title == "Engineer"
    assert User.objects.get(pk=cast.alice.pk).job_title == "Engineer"


def test_an_edit_by_sql_makes_an_open_form_stale_too(cast):
    version = account_version(cast.alice)
    User.objects.filter(pk=cast.alice.pk).update(job_title="By hand")
    with pytest.raises(Stale):
        people.edit_person(cast.alice.pk, {"job_title": "Pilot"}, actor=cast.sysadmin, version=version)
    told = next(each for each in account_history(cast.alice) if each.changes)
    assert told.changes[0].sentence == "Job title set to By hand"


def test_a_closed_account_loses_its_tokens_and_its_session(cast, client_of):
    token, _secret = issue(cast.alice, "script", ["read"])
    browser = client_of(cast.alice)
    assert browser.get("/me/").status_code == 200
    heirs = {"managed_projects": cast.bob}
    closing.close_account(cast.alice.pk, actor=cast.sysadmin, note="left the company", heirs=heirs)
    assert Token.objects.get(pk=token.pk).revoked_at is not None
    assert browser.get("/me/").status_code == 302
    record = Record.objects.filter(object_id=cast.alice.pk, object_type="access.user").latest("pk")
    assert (record.note, record.changes["is_active"]) == ("left the company", ["open", "closed"])
    closing.reopen_account(cast.alice.pk, actor=cast.sysadmin)
    assert User.objects.get(pk=cast.alice.pk).is_active
    assert Token.objects.get(pk=token.pk).revoked_at is not None


def test_nobody_closes_himself(cast):
    with pytest.raises(Refused) as refusal:
        closing.close_account(cast.sysadmin.pk, actor=cast.sysadmin)
    assert refusal.value.message == "You cannot close your own account; another administrator does that."


def test_the_last_who_can_grant_roles_is_not_closed(cast):
    with pytest.raises(WrongState) as refusal:
        closing.close_account(cast.sysadmin.pk, actor=User.objects.system())
    assert "Somebody must remain who can grant roles" in refusal.value.message
    assert User.objects.get(pk=cast.sysadmin.pk).is_active


def test_the_system_actor_is_no_account(cast):
    with pytest.raises(NotVisible):
        closing.close_account(User.objects.system().pk, actor=cast.sysadmin)


def test_one_changes_ones_own_profile_but_never_ones_rights(cast):
    people.edit_profile(
        {"job_title": "Lead", "time_zone": "Europe/Berlin", "is_superuser": True, "username": "root"}, actor=cast.alice
    )
    alice = User.objects.get(pk=cast.alice.pk)
    assert (alice.job_title, alice.time_zone, alice.is_superuser, alice.username) == (
        "Lead",
        "Europe/Berlin",
        False,
        "alice",
    )


def test_a_new_address_of_ones_own_needs_the_password(cast):
    cast.alice.set_password("correct horse battery")
    cast.alice.save()
    with pytest.raises(Broken) as refusal:
        people.edit_profile({"email": "mine@small.example"}, actor=cast.alice, current_password="guess")
    assert list(refusal.value.errors) == ["current_password"]
    people.edit_profile({"email": "mine@small.example"}, actor=cast.alice, current_password="correct horse battery")
    assert User.objects.get(pk=cast.alice.pk).email == "mine@small.example"


def test_a_zone_that_does_not_exist_is_refused(cast):
    with pytest.raises(Invalid) as refusal:
        people.edit_profile({"time_zone": "Europe/Atlantis"}, actor=cast.alice)
    assert list(refusal.value.errors) == ["time_zone"]


def test_an_invitation_waits_in_the_outbox_of_the_same_transaction(cast):
    person = people.create_person(NEW, actor=cast.sysadmin, invite=True)
    assert list(Message.objects.filter(task="console.invite").values_list("arguments", flat=True)) == [[person.pk]]


def test_no_link_goes_to_an_account_without_address(cast):
    cast.bob.email = ""
    cast.bob.save()
    with pytest.raises(Refused) as refusal:
        people.send_link(cast.bob.pk, actor=cast.sysadmin)
    assert refusal.value.verdict.remedy_url == f"/users/{cast.bob.pk}/edit/"


def test_an_administrator_sets_anothers_password_but_not_his_own(cast):
    people.set_password(cast.bob.pk, actor=cast.sysadmin, password="a long enough secret")
    assert authenticate(username="bob", password="a long enough secret") == cast.bob
    with pytest.raises(Refused):
        people.set_password(cast.sysadmin.pk, actor=cast.sysadmin, password="a long enough secret")


@pytest.fixture
def desk(cast):
    """Somebody who keeps accounts and grants nothing."""
    role = Role.objects.create(code="desk", name="Help desk")
    role.permissions.create(permission="user.edit", reach="all")
    Grant.objects.create(user=cast.stranger, role=role)
    return User.objects.get(pk=cast.stranger.pk)


def test_who_keeps_accounts_but_grants_nothing_takes_over_no_account_with_roles(cast, desk):
    for person in (cast.sysadmin, cast.director, cast.alice):
        with pytest.raises(Refused, match="send the person a password link instead"):
            people.set_password(person.pk, actor=desk, password="correct horse battery")
        with pytest.raises(Refused, match="send the person a password link instead"):
            people.edit_person(person.pk, {"email": "mine@evil.example"}, actor=desk)
        people.edit_person(person.pk, {"job_title": "Engineer"}, actor=desk)
        people.send_link(person.pk, actor=desk)
    newcomer = people.create_person(NEW, actor=desk)
    people.set_password(newcomer.pk, actor=desk, password="correct horse battery")
    assert authenticate(username="nadia", password="correct horse battery") == newcomer


def test_an_administrator_changes_his_own_address_with_his_password_only(cast):
    with pytest.raises(Refused, match="in your profile, with your password"):
        people.edit_person(cast.sysadmin.pk, {"email": "mine@evil.example"}, actor=cast.sysadmin)


def test_the_password_of_an_open_session_is_not_guessed_in_the_profile(db, client_of):
    mine, theirs = f"{uuid4().hex}@small.example", f"{uuid4().hex}@evil.example"
    person = User.objects.create(
        pk=randrange(10**6, 10**9), username=uuid4().hex, first_name="Ann", last_name="Nova", email=mine
    )
    person.set_password("correct horse battery")
    person.save()
    client = client_of(person)

    def tried(password):
        form = {"first_name": "Ann", "last_name": "Nova", "email": theirs, "theme": "auto", "density": "comfortable"}
        sent = {**form, "current_password": password, "version": account_version(person)}
        return "Too many passwords" in client.post("/me/", sent).content.decode()

    assert [tried(f"guess {n}") for n in range(11)] == [False] * 10 + [True]
    assert tried("correct horse battery")
    assert User.objects.get(pk=person.pk).email == mine
