"""What the page kit itself offers: people to selectors, mentions to My work, and My work to the digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.notices.offers import DIGESTS, DigestLine, DigestPart
from pmo.ui import formats, guidance, keeping, mentions
from pmo.ui.inbox import COUNTED, INBOX, grouped
from pmo.ui.offers import PICK, Option, PickSource


def people(user: User, words: str, limit: int) -> Iterator[Option]:
    """Active people whose name or sign-in contains every word."""
    found = User.objects.people().filter(is_active=True)
    for word in words.split():
        found = found.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word))
    for person in found[:limit]:
        yield Option(person.username, str(person))


def waiting(user: User, today: date) -> Iterator[DigestLine]:
    """What is to be done by the end of the week, as a digest tells it."""
    for group in grouped(INBOX.items(user, today), today):
        if group.slug in COUNTED:
            for item in group.items:
                note = item.context if item.due is None else f"{item.context} · {formats.distance(item.due, today)}"
                yield DigestLine(item.title, note, f"{reverse('ui:my_work')}?{urlencode({'item': item.key})}")


def offer() -> None:
    """Called once at start."""
    mentions.offer()
    guidance.offer()
    keeping.offer()
    DIGESTS.add(DigestPart(gettext_lazy("Waiting for you"), waiting))
    PICK.add(PickSource("person", "project.view", people))
