"""Reads of the unit tree, and the organisation's clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import Count
from django.utils import timezone

from pmo.access.models import User
from pmo.organisation.models import Organisation, Placement, Unit


def organisation_of(request: Any) -> Organisation:
    """The organisation as the middleware read it once for this request."""
    found: Organisation = request.organisation
    return found


def house_today() -> date:
    """The day it is for the organisation, whatever the zone of who asks."""
    return day_of(Organisation.current())


def day_of(organisation: Organisation, instant: datetime | None = None) -> date:
    """The day that counts for due dates and figures, now or at an instant: one for everybody, wherever they read."""
    return timezone.localdate(instant, zone_named(organisation.time_zone))


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name; UTC for a name that the time zone database no longer knows."""
    return ZoneInfo(name if name in available_timezones() else "UTC")


def subtree(ids: Iterable[int]) -> set[int]:
    """The ids of the units and of all units below them; one query, none for no unit."""
    waiting = list(ids)
    if not waiting:
        return set()
    children: dict[int | None, list[int]] = {}
    for pk, parent in Unit.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found: set[int] = set()
    while waiting:
        unit = waiting.pop()
        if unit not in found:
            found.add(unit)
            waiting += children.get(unit, [])
    return found


def units_of(user: User) -> set[int]:
    """The person's own unit and all below it."""
    placed = Placement.objects.filter(user=user).values_list("unit_id", flat=True)
    return subtree(placed)


@dataclass
class Branch:
    """A unit of the tree with how many people work directly in it, and the units below."""

    unit: Unit
    people: int
    below: list[Branch] = field(default_factory=list)


def outline() -> list[Branch]:
    """The whole tree, by name at each level; one query."""
    units = Unit.objects.annotate(people=Count("placements")).order_by("name", "pk")
    branches = {unit.pk: Branch(unit, unit.people) for unit in units}
    roots: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.unit.parent_id) if branch.unit.parent_id is not None else None
        (above.below if above is not None else roots).append(branch)
    return roots
