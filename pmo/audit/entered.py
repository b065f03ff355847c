"""Who entered the present value of a field and when, out of the history of its object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from pmo.access.models import User
from pmo.audit.as_of import instant_of
from pmo.audit.history import SOURCES
from pmo.audit.persons import acting_person
from pmo.audit.tracking import event_model_of


@dataclass(frozen=True)
class Entry:
    """When a value came in, by whom and by which door; the names are blank where history does not tell them."""

    at: datetime
    by: str = ""
    source: str = ""

    @property
    def door(self) -> str:
        return str(SOURCES.get(self.source, self.source))


Entries = Mapping[tuple[int, str], Entry]


def entered(objects: Sequence[models.Model], fields: Iterable[str]) -> Entries:
    """By (key of the object, field) what brought the value that it has, today or at its instant; two queries."""
    if not objects:
        return {}
    names = [type(objects[0])._meta.get_field(name).attname for name in fields]  # type: ignore[union-attr]
    found: dict[tuple[int, str], Mapping[str, Any]] = {}
    settled: set[tuple[int, str]] = set()
    now = {each.pk: each for each in objects}
    for row in _events(objects):
        for name in names:
            place = (row.pgh_obj_id, name)
            if place in settled:
                continue
            if getattr(row, name) != getattr(now[row.pgh_obj_id], name):
                settled.add(place)
            else:
                found[place] = {"at": row.pgh_created_at, **(row.pgh_context.metadata if row.pgh_context else {})}
    return _named(found)


def _events(objects: Sequence[Any]) -> Iterable[Any]:
    """The events of the objects, newest first."""
    events = event_model_of(type(objects[0]))._default_manager.filter(pgh_obj_id__in=[each.pk for each in objects])
    instant = instant_of(objects[0])
    known = events.filter(pgh_created_at__lte=instant) if instant else events
    return known.select_related("pgh_context").order_by("-pgh_created_at", "-pgh_id")


def _named(found: Mapping[tuple[int, str], Mapping[str, Any]]) -> Entries:
    ids: set[Any] = {facts.get(role) for facts in found.values() for role in ("actor", "on_behalf_of")} - {None}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}
    return {place: _entry(facts, names) for place, facts in found.items()}


def _entry(facts: Mapping[str, Any], names: Mapping[int, str]) -> Entry:
    actor, other = names.get(facts.get("actor", 0), ""), names.get(facts.get("on_behalf_of", 0), "")
    return Entry(facts["at"], acting_person(actor, other) if actor else "", facts.get("source", ""))
