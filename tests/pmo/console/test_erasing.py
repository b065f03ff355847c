"""Erasing a person: names go from every table, what was done stays."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from pmo.access.models import Token, User
from pmo.access.tokens import issue
from pmo.audit.models import Record
from pmo.audit.sentences import told
from pmo.console.actions import people
from pmo.console.actions.closing import close_account, reopen_account
from pmo.console.actions.erasing import erase
from pmo.console.histories import account_history
from pmo.kernel.errors import Broken, Refused
from pmo.notices.models import Notice
from portfolio.projects.actions import assign_manager, edit_project

pytestmark = pytest.mark.django_db

WHO = ("alicia.unmistakable", "Alicia", "Unmistakable", "alicia@unmistakable.example", "Chief Unmistaker")


@pytest.fixture
def alicia(world, cast, client_of):
    """Somebody with an unmistakable name who did this and that, and left."""
    names = dict(zip(User.PERSONAL, WHO, strict=True))
    people.edit_person(cast.alice.pk, names, actor=cast.sysadmin)
    alicia = User.objects.get(pk=cast.alice.pk)
    client_of(alicia).get("/me/")
    issue(alicia, "script", ["read"])
    Notice.objects.create(user=alicia, kind="status", text="For Alicia.", url="/", key="a")
    bridge = world.projects["N-1"]
    edit_project(bridge, {"category": "Rail"}, actor=alicia, version=bridge.version)
    assign_manager([world.projects["N-3"].pk], cast.bob, actor=cast.portfolio)
    close_account(alicia.pk, actor=cast.sysadmin, heirs={"managed_projects": cast.bob})
    return alicia


def places_with(word: str) -> list[str]:
    """Every column of every table in which a text holds the word."""
    query = (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY', 'USER-DEFINED', 'tsvector')"
    )
    found = []
    with connection.cursor() as cursor:
        cursor.execute(query)
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s', [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


@pytest.mark.parametrize("word", ["unmistak", "alicia"])
def test_no_table_holds_the_name_or_the_address_any_more(word, alicia, cast):
    assert "access_user.email" in places_with(word)
    erase(alicia.pk, confirmation=WHO[0], actor=cast.sysadmin)
    assert places_with(word) == []


def test_what_was_done_is_told_of_a_former_user(alicia, cast, world):
    erase(alicia.pk, confirmation=WHO[0], actor=cast.sysadmin)
    former = User.objects.get(pk=alicia.pk)
    assert (str(former), former.username, former.email) == (f"Former user {former.pk}", f"former-{former.pk}", "")
    record = Record.objects.filter(verb="project.edit", actor=former).get()
    assert told([record])[0].actor == f"Former user {former.pk}"
    moved = Record.objects.filter(verb="project.assign_manager", object_id=world.projects["N-1"].pk).get()
    assert told([moved])[0].changes[0].sentence == f"Project manager changed from Former user {former.pk} to Bob Small"
    last = told([Record.objects.get(verb="user.erase")])[0]
    assert (last.actor, last.verb, last.label) == (
        "Sysadmin Small",
        "erased the personal data of",
        f"Former user {former.pk}",
    )


def test_tokens_notices_and_sessions_go(alicia, cast):
    erase(alicia.pk, confirmation=WHO[0], actor=cast.sysadmin)
    assert not Token.objects.filter(user=alicia).exists()
    assert not Notice.objects.filter(user=alicia).exists()


def test_the_history_of_a_living_account_still_tells_names_from_what_to_what(cast):
    people.edit_person(cast.bob.pk, {"last_name": "Builder"}, actor=cast.sysadmin)
    changes = [change.sentence for each in account_history(cast.bob) for change in each.changes]
    assert "Last name changed from Small to Builder" in changes


def test_a_record_about_an_account_says_that_an_address_changed_not_which(cast):
    people.edit_person(cast.bob.pk, {"email": "new@small.example"}, actor=cast.sysadmin)
    record = Record.objects.filter(object_type="access.user", object_id=cast.bob.pk).latest("pk")
    assert (record.object_label, record.changes, record.label) == (f"#{cast.bob.pk}", {"email": []}, "Bob Small")
    assert told([record])[0].changes[0].sentence == "Email address changed"


def test_only_who_left_is_erased_and_never_oneself_nor_the_last_administrator(alicia, cast):
    for person, reason in (
        (cast.bob, "Close the account first, so that its work goes to others."),
        (cast.sysadmin, "You cannot erase yourself; another administrator does that."),
    ):
        with pytest.raises(Refused) as refusal:
            erase(person.pk, confirmation=person.username, actor=cast.sysadmin)
        assert refusal.value.message == reason
    with pytest.raises(Refused) as refusal:
        erase(cast.sysadmin.pk, confirmation="sysadmin", actor=User.objects.system())
    assert "Somebody must remain who can grant roles" in refusal.value.message
    with pytest.raises(Refused):
        erase(alicia.pk, confirmation=WHO[0], actor=cast.director)


def test_the_name_is_typed_by_hand_and_nothing_happens_otherwise(alicia, cast):
    with pytest.raises(Broken) as refusal:
        erase(alicia.pk, confirmation="alicia", actor=cast.sysadmin)
    assert list(refusal.value.errors) == ["confirmation"]
    assert User.objects.get(pk=alicia.pk).last_name == "Unmistakable"


def test_an_erased_account_is_neither_erased_again_nor_opened(alicia, cast):
    erase(alicia.pk, confirmation=WHO[0], actor=cast.sysadmin)
    with pytest.raises(Refused):
        erase(alicia.pk, confirmation=f"former-{alicia.pk}", actor=cast.sysadmin)
    with pytest.raises(Refused):
        reopen_account(alicia.pk, actor=cast.sysadmin)


def test_the_page_asks_for_the_sign_in_name(alicia, cast, client_of):
    browser = client_of(cast.sysadmin)
    address = reverse("console:user_erase", args=[alicia.pk])
    assert "Goes for good" in browser.get(address).content.decode()
    assert browser.post(address, {"confirmation": "somebody"}).status_code == 422
    assert browser.post(address, {"confirmation": WHO[0]}).status_code == 302
    assert "Former user" in browser.get(reverse("console:user", args=[alicia.pk])).content.decode()
