"""What rooms above tell this one: the kinds of objects on which action items stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from pmo.access.models import User
from pmo.ui.pages import Panel


@dataclass(frozen=True)
class Parent:
    """A kind of object that carries action items.

    `noun` and the field `key` make its address (`project:APO-1`), the field `title` is its name, `page(key)` the
    address of its page; `visible(user)` are the objects that a person may see. Access knows a scope of its model.
    """

    noun: str
    label: str | Promise
    model: type[models.Model]
    visible: Callable[[User], QuerySet[Any]]
    page: Callable[[str], str]
    key: str = "code"
    title: str = "name"

    @property
    def type(self) -> str:
        return self.model._meta.label_lower

    def address(self, obj: models.Model) -> str:
        return f"{self.noun}:{getattr(obj, self.key)}"


@dataclass
class ParentRegistry:
    """The kinds, filled once at start."""

    kinds: list[Parent] = field(default_factory=list)

    def add(self, kind: Parent) -> None:
        if kind.noun not in {each.noun for each in self.kinds}:
            self.kinds.append(kind)

    def of_type(self, label: str) -> Parent | None:
        return next((kind for kind in self.kinds if kind.type == label), None)

    def of_object(self, obj: models.Model) -> Parent:
        found = self.of_type(obj._meta.label_lower)
        if found is None:
            raise LookupError(f"{obj._meta.label_lower} carries no action items.")
        return found

    def find(self, address: str, user: User) -> models.Model | None:
        """The object of an address such as `project:APO-1`, or of a code alone, when the person may see it."""
        noun, colon, rest = address.strip().partition(":")
        key = (rest if colon else noun).strip()
        if not key or "\x00" in key:
            return None
        kinds = [each for each in self.kinds if not colon or each.noun == noun.lower()]
        found = (kind.visible(user).filter(**{f"{kind.key}__iexact": key}).first() for kind in kinds)
        return next((each for each in found if each is not None), None)

    def suggested(self, user: User, words: str, limit: int) -> Iterator[tuple[str, str]]:
        """Addresses and names of what the person may see by what was typed of either."""
        noun, colon, rest = words.strip().partition(":")
        typed = rest.strip() if colon else words.strip()
        for kind in self.kinds:
            if colon and kind.noun != noun.lower():
                continue
            like = Q(**{f"{kind.key}__icontains": typed}) | Q(**{f"{kind.title}__icontains": typed})
            for obj in kind.visible(user).filter(like).order_by(kind.key)[:limit]:
                yield kind.address(obj), str(getattr(obj, kind.title))


PARENTS = ParentRegistry()
ITEM_PANELS: list[Panel] = []
"""What rooms that action items do not know show on the page of one."""
