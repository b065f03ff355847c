"""Notes what a person has read."""

from __future__ import annotations

from django.utils import timezone

from pmo.access.models import User
from pmo.notices.models import Notice


def read_all(*, actor: User) -> int:
    """Mark all notices of the person as read; returns how many were not."""
    return Notice.objects.filter(user=actor).unread().update(read_at=timezone.now())
