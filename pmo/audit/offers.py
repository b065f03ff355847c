"""What rooms above tell history: columns that bundle many fields, and how their moves are told one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import models

from pmo.access.policy import type_of_user

Move = tuple[str, str, str]
"""A field's label, its value before and after, in words."""
Teller = Callable[[Mapping[str, Any], Mapping[str, Any]], Iterable[Move]]


class Bundle(Protocol):
    """A JSON column with fields of its own.

    `teller` tells moves to a reader who may see them; `names` says what moved without any value, for records, with ""
    for what not everybody may know.
    """

    def teller(self, model: type[models.Model], reader: type_of_user | None) -> Teller: ...

    def names(self, model: type[models.Model], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]: ...


@dataclass
class Bundles:
    """Bundles by the name of their column, filled once at start."""

    _by_column: dict[str, Bundle] = field(default_factory=dict)

    def add(self, column: str, bundle: Bundle) -> None:
        self._by_column[column] = bundle

    def find(self, column: str) -> Bundle | None:
        return self._by_column.get(column)

    def tellers(self, model: type[models.Model], reader: type_of_user | None) -> dict[str, Teller]:
        """The tellers of the bundled columns that the model has."""
        columns = {each.name for each in model._meta.concrete_fields} & set(self._by_column)
        return {column: self._by_column[column].teller(model, reader) for column in columns}


BUNDLES = Bundles()

PROJECTS_OF_CODE: list[Callable[[Any, str], Iterable[int]]] = []
"""The ids of the projects of a code that a person sees; filled by the room that keeps projects."""


@dataclass(frozen=True)
class Restoring:
    """How a former value of a model is put back: the fields that may be, and the plain edit that does it.

    `run(obj, {field: value}, actor=..., version=...)` is the same that the form of the object calls.
    """

    model: Any
    code: str
    fields: frozenset[str]
    run: Callable[..., Any]


RESTORING: dict[str, Restoring] = {}
"""By label of the model, filled once at start."""
