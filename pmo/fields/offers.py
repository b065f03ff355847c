"""Which kinds of objects can carry custom fields: rooms above say so, one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise

COLUMN = "custom"
"""The JSON column of such an object, which holds its values by slug."""


@dataclass(frozen=True)
class Fielded:
    """A kind of object with custom fields: a tracked, versioned model with the JSON column `custom`.

    `names` are the words that its built-in columns, filters and fields use, `labels` what its columns are called;
    both are asked when a field is declared, because they are known only when everything is loaded.
    """

    kind: str
    model: type[models.Model]
    label: str | Promise
    names: Callable[[], set[str]] = field(default=set)
    labels: Callable[[], set[str]] = field(default=set)

    @property
    def rows(self) -> Any:
        """Every object of the kind, whoever may see it."""
        return self.model._base_manager.all()


@dataclass
class FieldedKinds:
    """The kinds by name, in the order they are shown; filled once at start."""

    _by_kind: dict[str, Fielded] = field(default_factory=dict)

    def add(self, fielded: Fielded) -> None:
        self._by_kind[fielded.kind] = fielded

    def find(self, kind: str) -> Fielded | None:
        return self._by_kind.get(kind)

    def of(self, model: type[models.Model]) -> Fielded | None:
        return next((each for each in self._by_kind.values() if each.model is model), None)

    def all(self) -> list[Fielded]:
        return list(self._by_kind.values())


FIELDED = FieldedKinds()
