"""Mail to people: written down before it is sent, tried again a few times, and never sent twice by two workers."""

from __future__ import annotations

from collections.abc import Iterable
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action, lock
from pmo.audit.records import record
from pmo.kernel.errors import WrongState
from pmo.notices import outbox, posting
from pmo.notices.models import Letter, Notice
from pmo.notices.rules import next_attempt
from pmo.notices.writing import compose

SEND = "notices.send"
BATCH = 500


def post(notices: Iterable[Notice]) -> None:
    """A letter for each notice, handed to a worker when the transaction commits."""
    wanted = [
        Letter(user_id=notice.user_id, kind=Letter.Kind.NOTICE, occasion=f"notice-{notice.pk}", notice=notice)
        for notice in notices
    ]
    Letter.objects.bulk_create(wanted, ignore_conflicts=True)
    hand_over(Letter.objects.filter(occasion__in=[letter.occasion for letter in wanted]).values_list("pk", flat=True))


def hand_over(keys: Iterable[int]) -> None:
    for key in keys:
        outbox.enqueue(SEND, key)


def send(letter_id: int) -> str:
    """Send a letter that waits; returns its state after that.

    The attempt is counted in a transaction of its own, so that a letter which kills its worker is given up one day.
    The row stays locked while the mail server is asked: a crash before its answer leaves the letter waiting, only one
    between its answer and the commit can send it again. While the mail server rests, letters wait without an attempt.
    """
    if posting.rests() or not _count_attempt(letter_id):
        return ""
    with transaction.atomic():
        letter = Letter.objects.select_for_update().select_related("user").get(pk=letter_id)
        if letter.state == Letter.State.WAITING:
            _try(letter)
            letter.save()
        return letter.state


def _count_attempt(letter_id: int) -> bool:
    with transaction.atomic():
        letter = Letter.objects.select_for_update().filter(pk=letter_id, state=Letter.State.WAITING).first()
        if letter is None or letter.next_try_at > timezone.now():
            return False
        again = next_attempt(timezone.now(), letter.attempts)
        if again is None:
            letter.state = Letter.State.FAILED
        else:
            letter.attempts += 1
            letter.next_try_at = again
        letter.save()
        return again is not None


def _try(letter: Letter) -> None:
    message = _message(letter)
    if message is None:
        return
    try:
        posting.post(message)
    except (SMTPException, OSError) as error:
        _note_failure(letter, error)
    else:
        letter.state, letter.sent_at, letter.error = Letter.State.SENT, timezone.now(), ""


def _message(letter: Letter) -> EmailMultiAlternatives | None:
    """What to send; nothing, with the reason on the letter, to those who left or have no address."""
    if not letter.user.is_active or not letter.user.email:
        letter.state, letter.error = Letter.State.REFUSED, _("The account is closed or has no mail address.")
        return None
    message = compose(letter)
    if message is None:
        letter.state = Letter.State.EMPTY
    return message


def _note_failure(letter: Letter, error: Exception) -> None:
    """Keep the mail server's words; an address that it refuses is not tried again."""
    letter.error = f"{type(error).__name__}: {error}"[:300]
    for_good = isinstance(error, SMTPRecipientsRefused) and all(
        code >= 500 for code, _text in error.recipients.values()
    )
    if for_good or next_attempt(timezone.now(), letter.attempts) is None:
        letter.state = Letter.State.FAILED


def sweep() -> int:
    """Hand over again what waits longer than it should: lost by the broker, or failed and due for another attempt."""
    due = Letter.objects.filter(state=Letter.State.WAITING, next_try_at__lte=timezone.now())
    keys = list(due.order_by("next_try_at").values_list("pk", flat=True)[:BATCH])
    hand_over(keys)
    return len(keys)


@action("settings.edit")
def retry(letter_id: int, *, actor: User) -> Letter:
    """Try a letter that was given up once more from the beginning."""
    require(actor, "settings.edit")
    letter = lock(Letter.objects.select_related("user"), letter_id)
    if letter.state not in (Letter.State.FAILED, Letter.State.REFUSED):
        raise WrongState(_("Only mail that failed can be sent again."))
    letter.state, letter.attempts, letter.next_try_at = Letter.State.WAITING, 0, timezone.now()
    letter.save()
    record(actor, "settings.edit", letter)
    hand_over([letter.pk])
    return letter
