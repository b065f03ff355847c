"""The uniform log of every transition, from which cycle times and rework are read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from pmo.audit.tracking import append_only_triggers


class Transition(models.Model):
    """One object went from one state to another by a verb of one person."""

    at = models.DateTimeField(default=timezone.now)
    flow = models.CharField(max_length=40)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    verb = models.CharField(max_length=40)
    source = models.CharField(max_length=30)
    target = models.CharField(max_length=30)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    due_on = models.DateField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["object_type", "object_id", "at"], name="transition_by_object")]
        triggers = append_only_triggers()

    def __str__(self) -> str:
        return f"{self.flow} {self.object_id}: {self.source} → {self.target}"
