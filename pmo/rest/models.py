"""The first answers to requests that carried an idempotency key."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Answer(models.Model):
    """What the first request with a key got; written in the same transaction as its effect, so neither is alone."""

    caller = models.CharField(max_length=80)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=255)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    media_type = models.CharField(max_length=80, blank=True)
    headers = models.JSONField(default=dict)
    # Text, because jsonb sorts the names of an object and the answer again is the same to the byte.
    body = models.TextField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "path", "key"],
                name="one_answer_per_caller_path_and_key",
                violation_error_message=_("This key was answered already."),
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="answer_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.path} {self.key}"
