"""Mail reaches people once, late rather than never, and is given up with its reason."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone

from pmo.kernel.errors import Refused, WrongState
from pmo.notices import actions, digests, letters
from pmo.notices.models import Habit, Letter, Notice
from pmo.notices.offers import Channels
from pmo.notices.telling import tell


def written(cast, **more) -> Letter:
    """A letter to alice that waits."""
    values = {"kind": "mention", "text": "Bob mentioned you on N-1.", "url": "/projects/N-1/", "key": "k", **more}
    tell([cast.alice], **values)
    return Letter.objects.get()


def text_of(message) -> str:
    plain = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    return plain.get_payload(decode=True).decode()


@pytest.mark.django_db
def test_a_notice_at_once_is_a_mail_in_text_and_html_that_tells_how_to_stop_it(cast, mailbox):
    letter = written(cast)
    assert letters.send(letter.pk) == "sent"
    (message,) = mailbox
    assert (message["To"], message["Subject"]) == ("alice@small.example", "Bob mentioned you on N-1.")
    assert message["List-Unsubscribe"].endswith("/me/notices/>")
    assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]
    assert f"/notices/{letter.notice_id}/" in text_of(message)


@pytest.mark.django_db
def test_a_letter_that_is_delivered_ten_times_is_sent_once(cast, mailbox):
    letter = written(cast)
    assert [letters.send(letter.pk) for _ in range(10)] == ["sent", *[""] * 9]
    assert len(mailbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_letter_send_it_once(cast, mailbox):
    letter = written(cast)

    def work() -> None:
        try:
            letters.send(letter.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(mailbox), Letter.objects.get().state) == (1, "sent")


def nobody_listens(settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


@pytest.mark.django_db
def test_a_mail_server_that_is_down_is_asked_five_times_and_then_the_letter_has_failed_with_its_reason(cast, settings):
    nobody_listens(settings)
    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False) as clock:
        letter = written(cast)
        states = []
        for minutes in (0, 1, 5, 30, 120):
            clock.shift(timedelta(minutes=minutes))
            states.append(letters.send(letter.pk))
        clock.shift(timedelta(days=1))
        assert letters.send(letter.pk) == ""
    letter.refresh_from_db()
    assert states == ["waiting"] * 4 + ["failed"]
    assert (letter.attempts, letter.error.partition(":")[0]) == (5, "ConnectionRefusedError")


@pytest.mark.django_db
def test_a_letter_is_not_tried_again_before_its_time_and_the_tick_hands_over_what_is_due(cast, settings, mailbox):
    working = settings.EMAIL_PORT
    nobody_listens(settings)
    letter = written(cast)
    assert [letters.send(letter.pk), letters.send(letter.pk)] == ["waiting", ""]
    assert letters.sweep() == 0
    Letter.objects.update(next_try_at=timezone.now())
    assert letters.sweep() == 1
    settings.EMAIL_PORT = working
    assert letters.send(letter.pk) == "sent"
    assert len(mailbox) == 1


class Refusing:
    """A mail server that knows nobody of that name."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        return "550 no such user"


@pytest.mark.django_db
def test_an_address_that_the_mail_server_refuses_for_good_is_not_tried_again(cast, settings):
    nobody_listens(settings)
    controller = Controller(Refusing(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.start()
    try:
        assert letters.send(written(cast).pk) == "failed"
    finally:
        controller.stop()
    assert "no such user" in Letter.objects.get().error


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_before_the_mail_server_answers_leaves_the_letter_for_the_next(cast, settings, mailbox):
    letter = written(cast)

    class Died(BaseException):
        pass

    class Dying:
        """Stands for the power going off between the count of the attempt and the answer of the mail server."""

        def send(self) -> None:
            raise Died

    real, letters.compose = letters.compose, lambda _letter: Dying()
    try:
        with pytest.raises(Died):
            letters.send(letter.pk)
    finally:
        letters.compose = real
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("waiting", 1)
    Letter.objects.update(next_try_at=timezone.now())
    assert letters.send(letter.pk) == "sent"
    assert len(mailbox) == 1


@pytest.mark.django_db
def test_mail_to_an_account_that_was_closed_meanwhile_is_refused(cast, mailbox):
    letter = written(cast)
    cast.alice.is_active = False
    cast.alice.save()
    assert letters.send(letter.pk) == "refused"
    assert not mailbox


@pytest.mark.django_db
def test_who_looks_after_the_machine_sends_failed_mail_again_and_nobody_else(cast, mailbox):
    letter = written(cast)
    Letter.objects.update(state="failed", attempts=5, error="SMTPServerDisconnected")
    with pytest.raises(Refused):
        letters.retry(letter.pk, actor=cast.analyst)
    letters.retry(letter.pk, actor=cast.sysadmin)
    with pytest.raises(WrongState):
        letters.retry(letter.pk, actor=cast.sysadmin)
    assert letters.send(letter.pk) == "sent"


# --- digests --------------------------------------------------------------------------------------------------------
TUESDAY = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_digest_tells_what_is_new_and_what_waits_and_tells_it_once(cast, mailbox):
    Habit.objects.create(user=cast.alice, hour=7)
    Habit.objects.update(changed_at=TUESDAY - timedelta(days=1))
    tell([cast.alice], kind="status", text="Report 1 of N-3 was published.", url="/", key="one")
    assert digests.open_due(TUESDAY) > 0
    letter = Letter.objects.get(user=cast.alice)
    assert letters.send(letter.pk) == "sent"
    words = text_of(mailbox[0])
    assert "Report 1 of N-3 was published." in words
    assert "Report of Bridge" in words
    assert Notice.objects.get().digest == letter
    assert digests.open_due(TUESDAY + timedelta(minutes=1)) == 0


@pytest.mark.django_db
def test_a_digest_without_anything_to_tell_is_not_sent(cast, mailbox):
    digests.open_due(TUESDAY)
    letter = Letter.objects.get(user=cast.stranger)
    assert letters.send(letter.pk) == "empty"
    assert not mailbox


@pytest.mark.django_db
def test_what_was_read_meanwhile_is_left_out_of_the_digest(cast, mailbox):
    tell([cast.stranger], kind="status", text="Old news", url="/", key="one")
    actions.read_all(actor=cast.stranger)
    digests.open_due(TUESDAY)
    assert letters.send(Letter.objects.get(user=cast.stranger).pk) == "empty"


@pytest.mark.django_db
def test_the_hour_is_that_of_each_persons_own_clock(cast):
    cast.alice.time_zone, cast.bob.time_zone = "Asia/Tokyo", "America/New_York"
    cast.alice.save()
    cast.bob.save()
    digests.open_due(datetime(2026, 11, 23, 22, 5, tzinfo=UTC))
    slots = Letter.objects.order_by("user__username", "occasion").values_list("user__username", "occasion")
    assert list(slots) == [("alice", "digest-2026-11-24"), ("bob", "digest-2026-11-23")]
    digests.open_due(datetime(2026, 11, 24, 12, 5, tzinfo=UTC))
    bobs = [occasion for user, occasion in slots.all() if user == "bob"]
    assert bobs == ["digest-2026-11-23", "digest-2026-11-24"]


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_the_same_moment_make_one_digest_for_each_person(cast):
    barrier = threading.Barrier(4)

    def tick() -> None:
        try:
            barrier.wait(30)
            digests.open_due(TUESDAY)
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Letter.objects.filter(user=cast.alice).count() == 1
    assert Letter.objects.count() == 11


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_sends_the_mail_that_a_notice_asks_for(cast, worker, eventually, settings):
    """The worker's own mail goes into files; what counts is that the outbox, the broker and the worker did it."""
    actions.prefer({"status": Channels(mail="at_once")}, {}, actor=cast.alice)
    tell([cast.alice], kind="status", text="Hello", url="/", key="k")
    eventually(lambda: Letter.objects.get().state == "sent")
