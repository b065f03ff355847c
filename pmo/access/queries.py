"""Reads about people and their rights."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pmo.access.models import Delegation, Grant, User
from pmo.access.policy import can


def holders(code: str, obj: models.Model) -> list[User]:
    """The active people who may do `code` to the object, also on behalf of others; only candidates are asked."""
    candidates = Grant.objects.current().filter(role__permissions__permission=code).values("user")
    deputies = Delegation.objects.running().filter(delegator__in=candidates).values("delegate")
    people = User.objects.filter(Q(pk__in=candidates) | Q(pk__in=deputies), is_active=True, is_service=False)
    return [user for user in people if can(user, code, obj)]
