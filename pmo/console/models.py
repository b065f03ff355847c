"""Invitations: people who were asked in and have not chosen a password yet."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked

NONCE_LENGTH = 22


def new_nonce() -> str:
    return get_random_string(NONCE_LENGTH)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Neither accepted nor withdrawn; their links may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)


@tracked(exclude=["nonce"])
class Invitation(Versioned):
    """The way in for one new account: its link works once, until it expires or is withdrawn.

    The link is signed and carries the nonce; sending it again changes the nonce, so only the latest link works.
    """

    noun: ClassVar = "user"

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitation", verbose_name=_("person")
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    nonce = models.CharField(max_length=NONCE_LENGTH, default=new_nonce, editable=False)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def state(self) -> str:
        """accepted, withdrawn, expired or open."""
        if self.accepted_at is not None:
            return "accepted"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "expired" if self.expires_at <= timezone.now() else "open"
