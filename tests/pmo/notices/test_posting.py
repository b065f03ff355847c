"""A mail server that never answers holds up a worker once in a minute, not once for each mail."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from pmo.console.invitations import send_test
from pmo.notices import letters, posting
from pmo.notices.models import Letter
from pmo.notices.telling import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent(settings) -> Iterator[socket.socket]:
    """A server that lets everybody in and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 0.3
        yield server
        cache.delete(posting._key())


def calls(server: socket.socket) -> int:
    """How often the server was called so far."""
    found = 0
    server.setblocking(False)
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return found
        found += 1


def waiting_letters(cast) -> list[Letter]:
    for number in range(3):
        tell([cast.alice], kind="mention", text=f"Told {number}", url="/", key=f"k{number}")
    return list(Letter.objects.order_by("pk"))


def test_one_letter_waits_for_the_time_out_and_the_others_keep_their_attempts(cast, silent):
    states = [letters.send(letter.pk) for letter in waiting_letters(cast)]
    assert (states, calls(silent)) == (["waiting", "", ""], 1)
    first, *others = Letter.objects.order_by("pk")
    assert (first.attempts, "timed out" in first.error) == (1, True)
    assert [(letter.attempts, letter.state) for letter in others] == [(0, "waiting")] * 2
    assert letters.sweep() == 2


def test_other_mail_is_told_to_come_again_without_asking_the_server(cast, silent):
    letters.send(waiting_letters(cast)[0].pk)
    cast.sysadmin.email = "sys@small.example"
    with pytest.raises(posting.ServerRests, match="asked again in a minute"):
        send_test(cast.sysadmin)
    assert calls(silent) == 1


def test_after_its_rest_the_server_is_asked_again(cast, silent, mailbox):
    late = waiting_letters(cast)
    assert letters.send(late[0].pk) == "sent"
    assert (len(mailbox), calls(silent)) == (1, 0)


def test_a_server_that_answers_with_a_refusal_does_not_rest(cast, settings):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        settings.EMAIL_HOST, settings.EMAIL_PORT = probe.getsockname()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert [letters.send(letter.pk) for letter in waiting_letters(cast)] == ["waiting"] * 3
    assert Letter.objects.filter(attempts=1, error__startswith="ConnectionRefusedError").count() == 3
