"""Asking for a new password without telling who has an account: a worker looks the address up."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.db.models import QuerySet
from django.http import HttpRequest

from pmo.access.models import User
from pmo.console.models import Invitation
from pmo.notices import outbox


def asking(address: str) -> QuerySet[User]:
    """The open account of this address; people who were invited have a link of their own."""
    waiting = Invitation.objects.open().values("person")
    people = User.objects.people().filter(is_active=True, email__iexact=address)
    return people.exclude(email="").exclude(pk__in=waiting)


class AskForPassword(ResetPasswordForm):  # type: ignore[misc]
    """Does the same work whether the address is known or not, so that neither answer nor time tells."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        address: str = self.cleaned_data["email"]
        outbox.enqueue("console.reset", address)
        return address
