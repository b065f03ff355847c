"""A forgotten password is asked for by mail, through a worker, without telling who has an account."""

from __future__ import annotations

import re
import uuid
from random import randrange

import pytest
from django.test import Client
from django.urls import reverse

from pmo.access.models import User
from pmo.console.tasks import send_reset_link
from pmo.notices.models import Message

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
CALLER = f"10.{randrange(256)}.{randrange(256)}.{randrange(256)}"
"""Tries are counted in a cache that other tests use too, so callers and accounts are of their own here."""


def ask(address: str, **extra):
    return Client(REMOTE_ADDR=CALLER).post(reverse("account_reset_password"), {"email": address}, **extra)


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_work(cast):
    known, unknown = ask("alice@small.example"), ask("nobody@small.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert list(Message.objects.values_list("task", "arguments")) == [
        ("console.reset", ["alice@small.example"]),
        ("console.reset", ["nobody@small.example"]),
    ]


def test_only_an_open_account_gets_a_letter(cast, mailbox):
    User.objects.create(username="gone", email="gone@small.example", is_active=False)
    for address in ("nobody@small.example", "gone@small.example", "robot@small.example", ""):
        send_reset_link(address)
    assert mailbox == []
    send_reset_link("ALICE@small.example")
    assert mailbox[0]["To"] == "alice@small.example"
    assert mailbox[0]["Subject"] == "Choose a new password for Small Authority"


def test_the_link_of_the_letter_sets_a_password_once(cast, mailbox):
    send_reset_link("alice@small.example")
    text, html = (part.get_payload(decode=True).decode() for part in mailbox[0].get_payload())
    link = re.search(r"https?://[^/\s]+(/account/password/reset/key/\S+)", text)
    assert link is not None
    assert link[1] in html
    browser = Client()
    form = browser.get(link[1], follow=True)
    answer = browser.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.headers.get("Location") == "/account/password/reset/key/done/"
    assert browser.login(username="alice", password=PASSWORD)
    assert "already or is too old" in Client().get(link[1], follow=True).content.decode()


def test_who_asks_too_often_for_one_address_is_told_to_wait(db):
    User.objects.create(username="somebody")
    address = f"{uuid.uuid4().hex}@small.example"
    answers = [ask(address).status_code for _time in range(6)]
    assert answers == [302] * 5 + [429]
    assert Message.objects.filter(arguments=[address]).count() == 5


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_sends_the_letter(worker, eventually):
    from pathlib import Path

    from django.conf import settings

    address = f"{uuid.uuid4().hex}@port.example"
    User.objects.create(username="nadia", first_name="Nadia", email=address)
    assert ask(address).status_code == 302

    def letters():
        texts = (each.read_text(errors="replace") for each in Path(settings.EMAIL_FILE_PATH).glob("*.log"))
        return [text for text in texts if f"To: {address}" in text and "your password stays as it is." in text]

    assert "Your sign-in name: nadia" in eventually(letters)[0]


@pytest.mark.parametrize("form", [{"action_add": "", "email": "thief@evil.example"}, {"action_primary": ""}])
def test_the_sign_in_library_gives_nobody_another_address(cast, client_of, form):
    answer = client_of(cast.alice).post("/account/email/", {"email": "alice@small.example", **form})
    assert answer.status_code == 404
    assert User.objects.get(pk=cast.alice.pk).email == "alice@small.example"


WAYS = {
    "another port in Host": lambda n, name, address: (name, {"Host": f"testserver:{1000 + n}"}),
    "another of its names": lambda n, name, address: ((name, name.upper(), address, f" {address.title()} ")[n % 4], {}),
    "another forwarded address": lambda n, name, address: (name, {"X-Forwarded-For": f"203.0.113.{n}"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_tries_to_sign_in_are_counted_by_account(db, way):
    name = uuid.uuid4().hex
    User.objects.create(pk=randrange(10**6, 10**9), username=name, email=f"{name}@small.example")
    told = []
    for n in range(6):
        login, headers = WAYS[way](n, name, f"{name}@small.example")
        page = Client(REMOTE_ADDR=CALLER).post(
            "/account/login/", {"login": login, "password": "guess"}, headers=headers
        )
        told.append("Too many failed" in page.content.decode())
    assert told == [False] * 5 + [True]
