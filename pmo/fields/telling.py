"""Tells history what moved inside the column of custom fields, cut to what a reader may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import models

from pmo.access.policy import type_of_user
from pmo.fields.models import CustomField
from pmo.fields.offers import FIELDED
from pmo.fields.queries import People
from pmo.fields.words import shown

Move = tuple[str, str, str]


class CustomMoves:
    """What `pmo.audit` asks about the column: each field's move, and the names of those that moved."""

    def teller(
        self, model: type[models.Model], reader: type_of_user | None
    ) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Iterable[Move]]:
        """Tells the moves between two states, also those of retired fields. One query, two with people."""
        fields, people = _fields(model).open_to(reader), People()
        known = {field.slug: field for field in fields}

        def tell(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Move]:
            for slug in [slug for slug in known if before.get(slug) != after.get(slug)]:
                definition = known[slug].definition
                words = [shown(definition, values.get(slug), people.name) for values in (before, after)]
                yield known[slug].label, words[0], words[1]

        return tell

    def names(self, model: type[models.Model], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        """The labels of what moved, never values; "" for fields that not everybody sees."""
        moved = {slug for slug in {*before, *after} if before.get(slug) != after.get(slug)}
        fields = list(_fields(model).filter(slug__in=moved)) if moved else []
        labels = [field.label for field in fields if not field.is_restricted]
        return [*labels, ""] if len(labels) < len(moved) else labels


def _fields(model: type[models.Model]) -> Any:
    fielded = FIELDED.of(model)
    return CustomField.objects.filter(kind=fielded.kind) if fielded is not None else CustomField.objects.none()
