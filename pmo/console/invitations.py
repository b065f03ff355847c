"""The letters with which people get to choose a password, and the link of an invitation."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.console.models import Invitation
from pmo.notices.posting import post
from pmo.organisation.letterhead import written
from pmo.organisation.models import Organisation

SALT = "pmo.console.invitation"


# --- links --------------------------------------------------------------------------------------------------------
def password_link(person: User) -> str:
    """The address of the page to choose a password; it works once and for PASSWORD_RESET_TIMEOUT."""
    key = default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})
    return f"{settings.SITE_URL}{path}"


def invitation_key(invitation: Invitation) -> str:
    """What the link of an invitation carries: which one, and its nonce, signed."""
    return signing.dumps([invitation.pk, invitation.nonce], salt=SALT)


def invitation_link(invitation: Invitation) -> str:
    return f"{settings.SITE_URL}{reverse('console:invitation', args=[invitation_key(invitation)])}"


def find_invitation(key: str) -> Invitation | None:
    """The invitation of a link that still works."""
    try:
        pk, nonce = signing.loads(key, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = Invitation.objects.select_related("person").filter(pk=pk, nonce=nonce).first()
    return found if found is not None and found.state == "open" and found.person.is_active else None


# --- letters ------------------------------------------------------------------------------------------------------
def invite(person: User) -> None:
    """Send the letter with the link to choose a password; mail errors are the worker's to retry."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    with translation.override(person.language or settings.LANGUAGE_CODE):
        _send(person, _("Your account at %(organisation)s"), "invitation", link=password_link(person), days=days)


def send_invited(invitation: Invitation) -> None:
    """Send the letter of an invitation."""
    person = invitation.person
    days = max((invitation.expires_at - timezone.now()).days, 1)
    with translation.override(person.language or settings.LANGUAGE_CODE):
        link = invitation_link(invitation)
        until = date_format(timezone.localtime(invitation.expires_at), "DATE_FORMAT")
        _send(person, _("Your account at %(organisation)s"), "invitation", link=link, days=days, until=until)


def send_reset(person: User) -> None:
    """Send the link to choose a new password to somebody who asked for it."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject = _("Choose a new password for %(organisation)s")
        _send(person, subject, "password_reset", link=password_link(person), days=days)


def send_test(person: User) -> None:
    """Send the mail by which an administrator sees that mail arrives, and how it looks."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        _send(person, _("Test mail of %(organisation)s"), "test_mail", link=settings.SITE_URL)


def _send(person: User, subject: str, template: str, **facts: Any) -> None:
    """A letter as text and HTML; the subject is a sentence with a place for the organisation."""
    organisation = Organisation.current()
    title = subject % {"organisation": organisation.name}
    words = {"person": person, "subject": title, **facts}
    post(written(template, words, to=person.email, organisation=organisation))
