"""What rooms above tell access: which objects a scope and an ownership mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q

from pmo.access.reach import Reach


@dataclass(frozen=True)
class Scoped:
    """How objects of one model answer to a reach.

    `within(reach, user, writes)` is the filter of the objects that the reach covers. What only contains a reachable
    object may be seen but not changed, so it is told whether the permission writes.
    """

    model: type[models.Model]
    within: Callable[[Reach, Any, bool], Q]


@dataclass
class ScopeRegistry:
    """Filters by model, filled once at start."""

    _by_model: dict[type[models.Model], Scoped] = field(default_factory=dict)

    def add(self, model: type[models.Model], within: Callable[[Reach, Any, bool], Q]) -> None:
        self._by_model[model] = Scoped(model, within)

    def find(self, model: type[models.Model]) -> Scoped | None:
        return self._by_model.get(model)


SCOPES = ScopeRegistry()
