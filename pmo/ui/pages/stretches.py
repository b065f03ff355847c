"""Pages of a list in the order of time that stay where they are while rows are added: older and newer, no numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from pmo.kernel.errors import Invalid

OLDER, NEWER = "older", "newer"
LONGEST_KEY = 18


@dataclass(frozen=True)
class Stretch:
    """The rows of one page, and the keys after which the pages beside it begin; None at an end."""

    object_list: Sequence[Any]
    newer: int | None
    older: int | None
    by_time: ClassVar[bool] = True

    @property
    def has_other_pages(self) -> bool:
        return self.newer is not None or self.older is not None


def stretch(rows: QuerySet[Any], at: str, size: int, *, older: str = "", newer: str = "") -> Stretch:
    """The newest rows by the time `at`, those before the row with the key `older`, or those after `newer`.

    Invalid when there is no such row. A page that reaches the newest row is the newest page.
    """
    if newer:
        found = list(rows.filter(_beyond(rows, at, NEWER, newer)).order_by(at, "pk")[: size + 1])
        if len(found) > size:
            return _between(found[size - 1 :: -1], newer=True, older=True)
    falling = rows.order_by(f"-{at}", "-pk")
    if older:
        found = list(falling.filter(_beyond(rows, at, OLDER, older))[: size + 1])
        return _between(found[:size], newer=True, older=len(found) > size)
    found = list(falling[: size + 1])
    return _between(found[:size], newer=False, older=len(found) > size)


def _between(found: Sequence[Any], *, newer: bool, older: bool) -> Stretch:
    if not found:
        return Stretch(found, None, None)
    return Stretch(found, found[0].pk if newer else None, found[-1].pk if older else None)


def _beyond(rows: QuerySet[Any], at: str, way: str, key: str) -> Q:
    """The condition of what lies beyond the row of that key, whether or not the reader sees that row now."""
    fits = key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY
    edge = rows.model._default_manager.filter(pk=int(key)).values_list(at, flat=True).first() if fits else None
    if edge is None:
        raise Invalid({way: [_("There is no such row; begin with the newest.")]})
    step = "lt" if way == OLDER else "gt"
    return Q(**{f"{at}__{step}": edge}) | Q(**{at: edge, f"pk__{step}": int(key)})
