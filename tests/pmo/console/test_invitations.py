"""A new person gets a letter from a worker, chooses a password through its link and signs in."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from pmo.access.models import Grant, Role, User
from pmo.console.actions import people
from pmo.console.invitations import invite
from pmo.console.tasks import send_invitation

LAST_WORDS = "nobody can sign in without the link."
"""A letter that is still being written lacks its end."""


@pytest.fixture
def administrator(db):
    user = User.objects.create(username="root", first_name="Ada", last_name="Adler")
    Grant.objects.create(user=user, role=Role.objects.get(code="sysadmin"))
    return user


def letters(address: str) -> list[str]:
    """What the file mail backend of this installation has kept for an address."""
    kept = Path(settings.EMAIL_FILE_PATH).glob("*.log")
    texts = (each.read_text(errors="replace") for each in kept)
    return [text for text in texts if f"To: {address}" in text and LAST_WORDS in text]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_letter_comes_from_a_worker_and_its_link_works_once(worker, administrator, eventually):
    address = f"nadia.{uuid.uuid4().hex}@port.example"
    fields = {"username": "nadia", "first_name": "Nadia", "last_name": "Novak", "email": address}
    people.create_person(fields, actor=administrator, invite=True)
    letter = eventually(lambda: letters(address))[0]
    assert "Your sign-in name: nadia" in letter
    link = re.search(r"https?://[^/\s]+(/account/password/reset/key/\S+)", letter)
    assert link is not None
    browser = Client()
    form = browser.get(link[1], follow=True)
    words = {"password1": "correct horse battery", "password2": "correct horse battery"}
    answer = browser.post(form.request["PATH_INFO"], words)
    assert answer.headers.get("Location") == "/account/password/reset/key/done/", answer.content.decode()
    assert browser.login(username="nadia", password="correct horse battery")
    assert "already or is too old" in Client().get(link[1], follow=True).content.decode()


@pytest.mark.django_db
def test_a_letter_is_written_in_the_language_and_for_the_eyes_of_its_reader(mailbox, administrator):
    person = User.objects.create(username="eve", first_name="Eve <b>", email="eve@port.example")
    invite(person)
    text, html = (part.get_payload(decode=True).decode() for part in mailbox[0].get_payload())
    assert mailbox[0]["To"] == "eve@port.example"
    assert text.startswith("Hello Eve <b>,")
    assert "Hello Eve &lt;b&gt;," in html


@pytest.mark.django_db
def test_no_letter_goes_to_an_account_closed_meanwhile(mailbox):
    person = User.objects.create(username="eve", email="eve@port.example", is_active=False)
    send_invitation(person.pk)
    assert mailbox == []
