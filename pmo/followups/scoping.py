"""What a reach means for action items: those on reached objects, and one's own."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from pmo.access.offers import SCOPES
from pmo.access.reach import Reach
from pmo.followups.offers import PARENTS


def action_items(reach: Reach, user: Any, writes: bool = False) -> Q:
    """The action items that a reach covers for this person."""
    found = Q(owner=user) | Q(created_by=user)
    conditions = []
    for kind in PARENTS.kinds:
        scoped = SCOPES.find(kind.model)
        if scoped is not None:
            rows = kind.model._default_manager.filter(scoped.within(reach, user, writes))
            conditions.append(Q(parent_type=kind.type, parent_id__in=rows.values("pk")))
    return reduce(or_, conditions, found)
