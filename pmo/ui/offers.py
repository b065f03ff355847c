"""What rooms above give to the shell: things to find, and how much work waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise

from pmo.access.models import User
from pmo.access.policy import can


@dataclass(frozen=True)
class Hit:
    """Something found: its title, one quiet line and its address."""

    title: str
    subtitle: str
    url: str


@dataclass(frozen=True)
class SearchSource:
    """A kind of thing that can be found; `find(user, words, limit)` returns only what that user may see."""

    label: str | Promise
    icon: str
    may: str
    find: Callable[[User, str, int], Iterable[Hit]]


@dataclass
class SearchRegistry:
    """The kinds of things that the palette looks through, in the order it shows them."""

    _sources: list[SearchSource] = field(default_factory=list)

    def add(self, source: SearchSource) -> None:
        if source not in self._sources:
            self._sources.append(source)

    def for_user(self, user: User) -> list[SearchSource]:
        return [source for source in self._sources if can(user, source.may)]


@dataclass
class WorkCounter:
    """How many things wait for a person; each room that hands out work adds its count."""

    _counts: list[Callable[[User], int]] = field(default_factory=list)

    def add(self, count: Callable[[User], int]) -> None:
        if count not in self._counts:
            self._counts.append(count)

    def of(self, user: User) -> int:
        return sum(count(user) for count in self._counts)


@dataclass(frozen=True)
class Option:
    """A suggestion of a selector: what is sent (a code) and what is read."""

    value: str
    label: str


@dataclass(frozen=True)
class PickSource:
    """What a selector suggests from; `find(user, words, limit)` returns only what that user may choose."""

    slug: str
    may: str
    find: Callable[[User, str, int], Iterable[Option]]


@dataclass
class PickRegistry:
    """Sources of selectors by name."""

    _sources: dict[str, PickSource] = field(default_factory=dict)

    def add(self, source: PickSource) -> None:
        self._sources[source.slug] = source

    def find(self, slug: str) -> PickSource | None:
        return self._sources.get(slug)


SEARCH = SearchRegistry()
WORK = WorkCounter()
PICK = PickRegistry()
