"""Choices out of the related objects of a form's filters, those of all its fields read in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet, Value
from django_filters import fields


class Shelf:
    """The objects of several fields by key and name; one statement for all, when the first field asks."""

    def __init__(self, querysets: Iterable[QuerySet[Any]]) -> None:
        self._querysets = list(querysets)

    @cached_property
    def _rows(self) -> list[tuple[int, Any, str]]:
        first, *others = [
            rows.order_by().annotate(place=Value(place)).values_list("place", "pk", "name")
            for place, rows in enumerate(self._querysets)
        ]
        return list((first.union(*others, all=True) if others else first).order_by("name"))

    def of(self, place: int) -> Iterator[tuple[Any, str]]:
        return ((key, name) for where, key, name in self._rows if where == place)


class _Choices(fields.ModelChoiceIterator):  # type: ignore[misc]
    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        if self.field.null_label is not None:
            yield self.field.null_value, self.field.null_label
        yield from (self.field.shelf or Shelf([self.queryset])).of(self.field.place)


class RelatedField(fields.ModelChoiceField):  # type: ignore[misc]
    """A related object, called by its name."""

    iterator = _Choices
    shelf: Shelf | None = None
    place = 0


def share(form: forms.Form) -> None:
    """Let the related fields of the form read their choices together."""
    related = [field for field in form.fields.values() if isinstance(field, RelatedField)]
    shelf = Shelf(field.queryset for field in related)
    for place, field in enumerate(related):
        field.shelf, field.place = shelf, place
