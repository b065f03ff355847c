"""What rooms above tell access: which objects a scope and an ownership mean, and within what a role can be granted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

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


@dataclass(frozen=True)
class ScopeObject:
    """Something within which a role can be granted: what a person types (its code) and reads (its name)."""

    pk: int
    code: str
    name: str


@dataclass(frozen=True)
class ScopeKind:
    """A kind of scope, such as portfolios; `objects` are those that may be named to whoever grants roles.

    Its model has a unique `code` and a `name`.
    """

    kind: str
    label: str | Promise
    objects: Callable[[], QuerySet[Any]]

    def search(self, words: str, limit: int) -> list[ScopeObject]:
        """Objects whose code or name contains every word; one query."""
        found = self.objects()
        for word in words.split():
            found = found.filter(Q(code__icontains=word) | Q(name__icontains=word))
        return [_scope_object(row) for row in found[:limit]]

    def by_code(self, code: str) -> ScopeObject | None:
        row = self.objects().filter(code__iexact=code).first()
        return _scope_object(row) if row is not None else None

    def by_ids(self, ids: Iterable[int]) -> dict[int, ScopeObject]:
        """The objects by id; an object that may not be named is left out. One query."""
        return {row.pk: _scope_object(row) for row in self.objects().filter(pk__in=set(ids))}


def _scope_object(row: Any) -> ScopeObject:
    return ScopeObject(row.pk, row.code, row.name)


@dataclass
class ScopeKinds:
    """The kinds within which a role can be granted, in the order they are offered; filled once at start."""

    _by_kind: dict[str, ScopeKind] = field(default_factory=dict)

    def add(self, kind: ScopeKind) -> None:
        self._by_kind[kind.kind] = kind

    def find(self, kind: str) -> ScopeKind | None:
        return self._by_kind.get(kind)

    def all(self) -> list[ScopeKind]:
        return list(self._by_kind.values())


@dataclass(frozen=True)
class Possession:
    """A kind of thing that people answer for, and how it goes to somebody else when an account is closed.

    `held(person)` are the objects; those that the reader may see are named to him, of the others he learns the number.
    `hand_over(person, heir, actor=...)` moves them all inside the caller's act, keeps their records and returns how
    many they were. Without an heir a `required` kind stops the closing; what is not required stays as it is.
    """

    name: str
    label: str | Promise
    held: Callable[[Any], QuerySet[Any]]
    hand_over: Callable[..., int]
    required: bool = True
    otherwise: str | Promise = ""
    named: Callable[[Any], str] = str


@dataclass
class Possessions:
    """The kinds in the order in which they are shown; filled once at start."""

    _by_name: dict[str, Possession] = field(default_factory=dict)

    def add(self, *kinds: Possession) -> None:
        for kind in kinds:
            self._by_name[kind.name] = kind

    def all(self) -> list[Possession]:
        return list(self._by_name.values())


@dataclass(frozen=True)
class Reachable:
    """A kind of object of which people see some; how many tells what a change of roles does."""

    name: str
    label: str | Promise
    seen: Callable[[Any], QuerySet[Any]]


POSSESSIONS = Possessions()
REACHABLE: list[Reachable] = []
FORGETTING: list[Callable[[Any], None]] = []
"""What rooms erase of a person besides the account itself; each runs inside the act of erasing."""
SCOPES = ScopeRegistry()
SCOPE_KINDS = ScopeKinds()
