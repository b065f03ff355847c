"""An empty installation greets its first administrator, once, whoever is faster."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from pmo.access.models import User
from pmo.audit.models import Record
from pmo.console.actions.opening import open_house
from pmo.kernel.errors import WrongState
from pmo.organisation.models import Organisation

FORM = {
    "organisation": "Port Authority",
    "currency": "gbp",
    "time_zone": "Europe/London",
    "first_name": "Ada",
    "last_name": "Adler",
    "username": "ada",
    "email": "ada@port.example",
    "password": "correct horse battery",
    "again": "correct horse battery",
}


@pytest.mark.django_db
def test_every_page_of_an_empty_house_leads_to_the_first_run():
    browser = Client()
    for path in ("/", "/users/", "/account/login/", "/nowhere/"):
        assert browser.get(path)["Location"] == "/first-run/"
    assert browser.get("/first-run/").status_code == 200


@pytest.mark.django_db
def test_the_first_administrator_opens_the_house_and_is_signed_in():
    browser = Client()
    answer = browser.post("/first-run/", FORM)
    assert answer["Location"] == "/users/"
    ada = User.objects.get(username="ada")
    assert [grant.role.code for grant in ada.grants.select_related("role")] == ["sysadmin"]
    organisation = Organisation.current()
    assert (organisation.name, organisation.currency) == ("Port Authority", "GBP")
    assert browser.get("/users/").status_code == 200
    assert {record.actor.username for record in Record.objects.select_related("actor")} == {"system"}


@pytest.mark.django_db
def test_an_open_house_has_no_first_run():
    browser = Client()
    browser.post("/first-run/", FORM)
    other = Client()
    assert other.get("/first-run/")["Location"] == "/account/login/"
    answer = other.post("/first-run/", {**FORM, "username": "eve", "email": "eve@port.example"})
    assert answer.status_code == 409
    assert "has its administrator already" in answer.content.decode()
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"again": "something else"}, "The two passwords differ."),
        ({"password": "ada", "again": "ada"}, "This password is too short."),
        ({"time_zone": "Europe/Atlantis"}, "Europe/Atlantis is no time zone"),
        ({"currency": "€"}, "A currency is three capital letters"),
        ({"username": "a b"}, "Enter a valid username."),
    ],
)
def test_a_first_run_with_a_mistake_creates_nothing(change, words):
    answer = Client().post("/first-run/", {**FORM, **change})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not User.objects.people().exists()
    assert not Organisation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_first_runs_at_once_one_wins():
    system = User.objects.system()
    gate = Barrier(2)

    def run(username: str) -> str:
        try:
            gate.wait(timeout=20)
            open_house(
                {"username": username, "first_name": "A", "last_name": "B", "email": f"{username}@port.example"},
                {"name": "Port Authority"},
                password="correct horse battery",
                actor=system,
            )
            return "opened"
        except WrongState:
            return "too late"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(run, ("ada", "eve")))
    assert outcomes == ["opened", "too late"]
    assert User.objects.people().count() == 1


@pytest.mark.django_db
def test_an_inhabited_house_asks_nothing_more(django_assert_num_queries):
    User.objects.create(username="somebody")
    browser = Client()
    browser.get("/account/login/")
    handler = browser.handler._middleware_chain
    assert handler is not None
    with django_assert_num_queries(1):
        browser.get("/account/login/")
