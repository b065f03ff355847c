"""The letter with which a person gets to choose a password."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.organisation.models import Organisation


def password_link(person: User) -> str:
    """The address of the page to choose a password; it works once and for PASSWORD_RESET_TIMEOUT."""
    key = default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})
    return f"{settings.SITE_URL}{path}"


def invite(person: User) -> None:
    """Send the letter in the person's language; mail errors are the worker's to retry."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        organisation = Organisation.current()
        subject = _("Your account at %(organisation)s") % {"organisation": organisation.name}
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        facts = {"person": person, "organisation": organisation, "link": password_link(person), "days": days}
        text = render_to_string("email/invitation.txt", facts)
    EmailMessage(" ".join(subject.split()), text, to=[person.email]).send()
