"""Reads about people and their rights."""

from __future__ import annotations

from django.db import models

from pmo.access.models import Grant, User
from pmo.access.policy import can


def holders(code: str, obj: models.Model) -> list[User]:
    """The active people who may do `code` to the object; only those with such a role are asked."""
    candidates = Grant.objects.current().filter(role__permissions__permission=code).values("user")
    people = User.objects.filter(pk__in=candidates, is_active=True, is_service=False)
    return [user for user in people if can(user, code, obj)]
