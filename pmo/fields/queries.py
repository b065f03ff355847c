"""Reads of custom fields: which there are for a reader, who the named people are, how often they are filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Count, Q

from pmo.access.models import User
from pmo.access.policy import type_of_user
from pmo.fields.models import CustomField
from pmo.fields.offers import COLUMN, Fielded
from pmo.fields.rules import definitions as d
from pmo.fields.rules.definitions import BadValue
from pmo.fields.rules.values import excerpt
from pmo.fields.words import shown


def fields_of(kind: str, reader: type_of_user | None) -> list[CustomField]:
    """The live fields of a kind that the reader may see, in order; one query."""
    return list(CustomField.objects.live().filter(kind=kind).open_to(reader))


class People:
    """The people whom values name; read at once, when the first one is asked for."""

    @cached_property
    def by_id(self) -> Mapping[int, User]:
        known = User.objects.only("id", "username", "first_name", "last_name", "is_active", "is_service")
        return {person.pk: person for person in known}

    @cached_property
    def _by_word(self) -> Mapping[str, User]:
        people = [person for person in self.by_id.values() if not person.is_service]
        names = [str(person).casefold() for person in people]
        found = {name: person for name, person in zip(names, people, strict=True) if names.count(name) == 1}
        return found | {person.username.casefold(): person for person in people}

    def get(self, pk: Any) -> User | None:
        return self.by_id.get(pk) if isinstance(pk, int) else None

    def name(self, pk: int) -> str:
        return str(self.by_id.get(pk, f"#{pk}"))

    def find(self, raw: object, stored: object) -> int:
        """The person of this id, sign-in name or full name; whoever is not active can only stay. Raises BadValue."""
        found = self._named(raw)
        if found is None or (found.pk != stored and (found.is_service or not found.is_active)):
            raise BadValue("person", value=excerpt(raw))
        return found.pk

    def _named(self, raw: object) -> User | None:
        if isinstance(raw, Mapping):
            raw = raw.get("id", raw.get("code"))
        if isinstance(raw, User):
            raw = raw.pk
        if isinstance(raw, int) and not isinstance(raw, bool):
            return self.by_id.get(raw)
        return self._by_word.get(raw.split(" · ")[0].strip().casefold()) if isinstance(raw, str) else None


def pairs(obj: Any, fields: Sequence[CustomField], people: People) -> list[tuple[CustomField, str]]:
    """Each field with the object's value as people read it; empty where there is none."""
    values = getattr(obj, COLUMN)
    return [(field, shown(field.definition, values.get(field.slug), people.name)) for field in fields]


def filled(fielded: Fielded, slugs: Sequence[str]) -> dict[str, int]:
    """How many objects have a value of each field; one query."""
    if not slugs:
        return {}
    counts = {
        f"count_{place}": Count("pk", filter=Q(**{f"{COLUMN}__has_key": slug})) for place, slug in enumerate(slugs)
    }
    found = fielded.rows.aggregate(**counts)
    return {slug: found[f"count_{place}"] for place, slug in enumerate(slugs)}


def option_use(fielded: Fielded, field: CustomField) -> dict[str, int]:
    """How many objects have each option; one query over those that have a value."""
    counts: dict[str, int] = {}
    values = fielded.rows.filter(**{f"{COLUMN}__has_key": field.slug}).values_list(COLUMN, flat=True)
    for value in (custom.get(field.slug) for custom in values):
        for slug in value if field.type == d.CHOICES else [value]:
            counts[slug] = counts.get(slug, 0) + 1
    return counts
