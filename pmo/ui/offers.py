"""What rooms above give to the shell: things to find, to do and to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from pmo.access.models import User
from pmo.access.policy import can


@dataclass(frozen=True)
class Hit:
    """Something found: its title, one quiet line and its address; `code` and `status` where it has them."""

    title: str
    subtitle: str
    url: str
    code: str = ""
    status: str | None = None


@dataclass(frozen=True)
class Parts:
    """Rows of another table whose words belong to the object that `field` names."""

    model: type[Model]
    field: str


@dataclass(frozen=True)
class Parent:
    """The object that `field` names: when one of these columns changes there, its name is written anew here."""

    field: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class SearchSource:
    """A kind of object that can be found.

    `entries()` gives the words of each object as a queryset of values (see `pmo.search.wording.entries`); triggers on
    the model, its `parts` and `parents` keep them. `visible(user)` is asked on every search: what it does not give is
    not found, not counted and not suggested. `letters` before a colon restrict the search to this kind ("p: apollo").
    `dated` kinds, of which many bear the same name, come newest first; `groups(user)` are then the objects to one of
    which each visible one belongs, so that those who see few need not look through many. `told(visible, user)` adds
    what only hits need, so that the search itself need not carry it. Where rights are costly to ask of all at once,
    `sieve(user, keys)` says which of a few the person may see; names are then not guessed at.
    """

    kind: str
    letters: str
    label: str | Promise
    icon: str
    may: str
    model: type[Model]
    entries: Callable[[], QuerySet[Any, Any]]
    visible: Callable[[User], QuerySet[Any]]
    hit: Callable[[Any], Hit]
    dated: bool = False
    groups: Callable[[User], QuerySet[Any]] | None = None
    parts: tuple[Parts, ...] = ()
    parents: tuple[Parent, ...] = ()
    told: Callable[[QuerySet[Any], User], QuerySet[Any]] | None = None
    sieve: Callable[[User, Sequence[int]], set[int]] | None = None

    def shown(self, visible: QuerySet[Any], user: User) -> QuerySet[Any]:
        """The objects with all that `hit` reads."""
        return visible if self.told is None else self.told(visible, user)


@dataclass
class SearchRegistry:
    """The kinds of things that can be found, in the order they are shown."""

    _sources: dict[str, SearchSource] = field(default_factory=dict)

    def add(self, source: SearchSource) -> None:
        taken = {each.letters: each.kind for each in self.all() if each.kind != source.kind}
        if source.letters in taken:
            raise ImproperlyConfigured(
                f"“{source.letters}:” already means {taken[source.letters]}; give {source.kind} other letters than "
                f"{', '.join(sorted(taken))}."
            )
        self._sources[source.kind] = source

    def all(self) -> list[SearchSource]:
        return list(self._sources.values())

    def find(self, kind: str) -> SearchSource | None:
        return self._sources.get(kind)

    def for_user(self, user: User) -> list[SearchSource]:
        return [source for source in self.all() if can(user, source.may)]

    def of(self, obj: Model) -> SearchSource | None:
        """The kind that an object is of."""
        return next((source for source in self.all() if isinstance(obj, source.model)), None)


@dataclass(frozen=True)
class Command:
    """Something to do or to open: its words, further words it is known by, its address and who may."""

    label: str | Promise
    url_name: str
    may: str
    icon: str = "arrow-right"
    also: str | Promise = ""


@dataclass(frozen=True)
class CommandSource:
    """Commands about objects, known by the words of a `phrase` ("write status").

    `find(user, typed, limit)` gets what was typed beside the phrase and returns only commands that the person may give.
    """

    may: str
    icon: str
    phrase: str | Promise
    find: Callable[[User, str, int], Iterable[Hit]]


@dataclass
class CommandRegistry:
    """What can be done from the palette."""

    _commands: list[Command] = field(default_factory=list)
    _sources: list[CommandSource] = field(default_factory=list)

    def add(self, *commands: Command) -> None:
        self._commands += [each for each in commands if each not in self._commands]

    def add_source(self, source: CommandSource) -> None:
        if source not in self._sources:
            self._sources.append(source)

    def for_user(self, user: User) -> list[Command]:
        return [each for each in self._commands if not each.may or can(user, each.may)]

    def sources_for(self, user: User) -> list[CommandSource]:
        return [each for each in self._sources if can(user, each.may)]


@dataclass
class Visits:
    """Who wants to know which object a person has opened."""

    _listeners: list[Callable[[User, Model], None]] = field(default_factory=list)

    def add(self, listener: Callable[[User, Model], None]) -> None:
        if listener not in self._listeners:
            self._listeners.append(listener)

    def tell(self, user: User, obj: Model) -> None:
        for listener in self._listeners:
            listener(user, obj)


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
COMMANDS = CommandRegistry()
VISITS = Visits()
PICK = PickRegistry()
