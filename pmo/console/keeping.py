"""For how long ended sign-ins, tokens and invitations are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pmo.access.models import Token
from pmo.console.models import Invitation
from pmo.organisation.retention import KEEPINGS, Keeping


def _sessions(before: datetime) -> QuerySet[Any]:
    return Session.objects.filter(expire_date__lt=before)


def _tokens(before: datetime) -> QuerySet[Any]:
    return Token.objects.filter(Q(revoked_at__lt=before) | Q(expires_at__lt=before))


def _invitations(before: datetime) -> QuerySet[Any]:
    return Invitation.objects.filter(Q(accepted_at__lt=before) | Q(withdrawn_at__lt=before))


def offer() -> None:
    """Called once, when the app is ready."""
    for keeping in (
        Keeping("sessions", _("Ended sign-ins"), _("Sessions of browsers that ran out."), 7, 1, _sessions),
        Keeping(
            "tokens",
            _("Ended API tokens"),
            _("Tokens that were revoked or ran out, with their last use."),
            365,
            30,
            _tokens,
        ),
        Keeping(
            "invitations",
            _("Settled invitations"),
            _("Those accepted or withdrawn; the accounts stay."),
            365,
            30,
            _invitations,
        ),
    ):
        KEEPINGS.add(keeping)
