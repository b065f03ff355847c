"""Words a letter: one notice, or the digest of a day, in the language, zone and look of who reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pmo.access import preferences
from pmo.access.models import User
from pmo.notices.models import Letter, Notice
from pmo.notices.offers import DIGESTS, KINDS, DigestLine
from pmo.organisation.letterhead import written
from pmo.organisation.models import Organisation
from pmo.organisation.queries import zone_named

PREFERENCES = "console:notice_preferences"
MOST_LINES = 20


@dataclass(frozen=True)
class Section:
    """A part of a digest; `left` counts what is not printed."""

    label: str
    lines: Sequence[DigestLine]
    left: int


def language_of(user: User) -> str:
    return user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@contextmanager
def speaking_to(user: User, zone: ZoneInfo) -> Iterator[None]:
    """The person's language, zone, and way to write numbers and days."""
    with translation.override(language_of(user)), timezone.override(zone), preferences.written_for(user):
        yield


def compose(letter: Letter) -> EmailMultiAlternatives | None:
    """The mail; None when there is nothing to tell any more."""
    organisation = Organisation.current()
    zone = zone_named(letter.user.time_zone or organisation.time_zone)
    with speaking_to(letter.user, zone):
        if letter.notice is not None:
            return _about_notice(letter.user, letter.notice, organisation)
        return _digest(letter, organisation)


def _about_notice(user: User, notice: Notice, organisation: Organisation) -> EmailMultiAlternatives:
    facts = {
        "notice": notice,
        "kind": KINDS.find(notice.kind).label,
        "link": settings.SITE_URL + reverse("ui:notice", args=[notice.pk]) if notice.url else "",
    }
    return _mail("notice", user, notice.text, organisation, facts)


def _digest(letter: Letter, organisation: Organisation) -> EmailMultiAlternatives | None:
    """What is new and unread, and what waits; the notices remember their digest so that none is told twice."""
    news = Notice.objects.filter(user=letter.user, mail="digest", digest=None, read_at=None).order_by("-pk")
    keys = list(news.values_list("pk", flat=True))
    lines = [_line(notice) for notice in news[:MOST_LINES]]
    parts = [Section(_("New for you"), lines, len(keys) - len(lines))] if lines else []
    parts += _offered(letter.user)
    if not parts:
        return None
    Notice.objects.filter(pk__in=keys).update(digest=letter)
    subject = _("Your PMO digest of %(day)s") % {"day": _day(letter)}
    return _mail("digest", letter.user, subject, organisation, {"sections": parts})


def _day(letter: Letter) -> str:
    return preferences.day(timezone.localtime(letter.created_at).date(), "j F Y")


def _line(notice: Notice) -> DigestLine:
    label = str(KINDS.find(notice.kind).label)
    return DigestLine(notice.text, label, reverse("ui:notice", args=[notice.pk]) if notice.url else "")


def _offered(user: User) -> list[Section]:
    found = []
    for part in DIGESTS.parts:
        lines = list(part.lines(user, timezone.localdate()))
        if lines:
            found.append(Section(str(part.label), lines[:MOST_LINES], len(lines) - len(lines[:MOST_LINES])))
    return found


def _mail(
    template: str, user: User, subject: str, organisation: Organisation, facts: Mapping[str, Any]
) -> EmailMultiAlternatives:
    told_how = settings.SITE_URL + reverse(PREFERENCES)
    words: dict[str, Any] = {"person": user, "site": settings.SITE_URL, "preferences": told_how}
    words |= {"subject": subject, **facts}
    headers = {"List-Unsubscribe": f"<{told_how}>", "Auto-Submitted": "auto-generated"}
    return written(template, words, to=user.email, organisation=organisation, headers=headers)
