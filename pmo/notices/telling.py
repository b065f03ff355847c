"""Tells people something, once per occasion."""

from __future__ import annotations

from collections.abc import Iterable

from pmo.access.models import User
from pmo.notices.models import Notice


def tell(users: Iterable[User], *, kind: str, text: str, url: str, key: str) -> int:
    """A notice for each person unless he was told of this occasion (`key`) before; returns how many are new."""
    people = [user for user in {user.pk: user for user in users}.values() if user.is_active and not user.is_service]
    told = set(Notice.objects.filter(key=key, user__in=people).values_list("user_id", flat=True))
    fresh = [Notice(user=user, kind=kind, text=text[:300], url=url, key=key) for user in people if user.pk not in told]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)
