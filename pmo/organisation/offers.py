"""What hangs on a unit in rooms above: counted before it is retired, carried over when units are merged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.functional import Promise

from pmo.access.models import User
from pmo.organisation.models import Unit


@dataclass(frozen=True)
class Holding:
    """Objects of one kind that belong to units; `carry(source, target, actor)` tells how many it moved."""

    label: str | Promise
    count: Callable[[Unit], int]
    carry: Callable[[Unit, Unit, User], int]


@dataclass
class Holdings:
    kinds: list[Holding] = field(default_factory=list)

    def add(self, holding: Holding) -> None:
        self.kinds.append(holding)

    def of(self, unit: Unit) -> list[tuple[str, int]]:
        """What hangs on the unit, by kind, without what there is none of."""
        return [(str(kind.label), found) for kind in self.kinds if (found := kind.count(unit))]


UNIT_HOLDINGS = Holdings()
