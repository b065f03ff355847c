"""Who reaches declarations: they are the whole organisation's, so a role in some scope reads them and changes none."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from pmo.access.reach import Reach


def declarations(reach: Reach, user: Any, writes: bool) -> Q:
    """The filter of declarations that a reach covers."""
    return Q() if reach.everything or not writes else Q(pk__in=[])
