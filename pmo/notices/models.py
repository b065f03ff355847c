"""The outbox of work for workers, and notices for people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """A task to be sent to the broker: written in the same transaction as what it is about, so none is lost."""

    task = models.CharField(max_length=80)
    arguments = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(sent_at=None), name="message_unsent")]

    def __str__(self) -> str:
        return f"{self.task}{tuple(self.arguments)}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> models.QuerySet[Notice]:
        return self.filter(read_at=None)


class Notice(models.Model):
    """Something a person should know, with the page where it can be dealt with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="one_notice_per_occasion", violation_error_message=_("Already told.")
            )
        ]

    def __str__(self) -> str:
        return self.text
