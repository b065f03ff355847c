"""What rooms above tell this one: the kinds of files they read, and the places into which files may be imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

from django.utils.functional import Promise

from pmo.access.models import User
from pmo.exchange.rules.headers import Column, Table
from pmo.exchange.rules.plans import Plan, RowPlan

TEXT: Final = "text"
WORKBOOK: Final = "workbook"
GENERIC: Final = "generic"
"""The name of the kind of file that goes into any register whose columns a person maps."""


@dataclass(frozen=True)
class Option:
    """Something a person may say about a file that the file itself may not tell, such as its year."""

    name: str
    label: str | Promise
    help: str | Promise = ""
    pattern: str = ""


@dataclass(frozen=True)
class Source:
    """A file that was read: its columns and rows, and the name it was uploaded by."""

    table: Table
    file_name: str


@dataclass(frozen=True)
class Context:
    """Everything besides the file that decides what an import does."""

    actor: User
    today: date
    into: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


class Profile(Protocol):
    """A kind of file: its columns, what its rows would do, and how that is done and undone.

    `plan` only reads. `apply` writes the rows of a plan inside the caller's transaction and returns, by line, what
    must be put back to undo each. `undo` puts it back, or raises WrongState when something changed since.
    `formats` says what it reads (TEXT, WORKBOOK). `asks_unknown` has a person look at headers that nobody knows.
    """

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str | Promise: ...

    @property
    def help(self) -> str | Promise: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...

    @property
    def options(self) -> tuple[Option, ...]: ...

    @property
    def needs_destination(self) -> bool: ...

    @property
    def formats(self) -> tuple[str, ...]: ...

    @property
    def asks_unknown(self) -> bool: ...

    def plan(self, source: Source, context: Context) -> Plan: ...

    def apply(self, rows: Sequence[RowPlan], context: Context) -> dict[int, dict[str, Any]]: ...

    def undo(self, entries: Sequence[dict[str, Any]], *, actor: User) -> None: ...


@dataclass
class ProfileRegistry:
    """Profiles by name, filled once at start."""

    _by_name: dict[str, Profile] = field(default_factory=dict)

    def add(self, profile: Profile) -> None:
        self._by_name[profile.name] = profile

    def find(self, name: str) -> Profile | None:
        return self._by_name.get(name)

    def __iter__(self) -> Any:
        return iter(self._by_name.values())


@dataclass(frozen=True)
class Target:
    """A register that takes rows from any file: its name, what a person calls it, and how its rows are read."""

    name: str
    label: str | Promise
    profile: Profile


@dataclass
class TargetRegistry:
    """Registers that the generic kind of file may fill, by name, in the order in which they joined."""

    _by_name: dict[str, Target] = field(default_factory=dict)

    def add(self, target: Target) -> None:
        self._by_name[target.name] = target

    def find(self, name: str) -> Target | None:
        """The register of this name; the first one for no name."""
        return self._by_name.get(name) if name else next(iter(self._by_name.values()), None)

    def __iter__(self) -> Any:
        return iter(self._by_name.values())


@dataclass(frozen=True)
class Destination:
    """A place into which a person may import."""

    id: int
    code: str
    label: str
    url: str = ""


@dataclass
class Destinations:
    """Where files may go: filled by the room that owns portfolios."""

    _search: Callable[[User, str, int], Sequence[Destination]] | None = None
    _find: Callable[[User, str], Destination | None] | None = None

    def fill(
        self,
        *,
        search: Callable[[User, str, int], Sequence[Destination]],
        find: Callable[[User, str], Destination | None],
    ) -> None:
        self._search, self._find = search, find

    def search(self, user: User, text: str = "", limit: int = 20) -> Sequence[Destination]:
        """Places whose name or code matches, among those into which the person may import."""
        return self._search(user, text, limit) if self._search else ()

    def find(self, user: User, reference: str) -> Destination | None:
        """The place with this id or code, when the person may import into it."""
        return self._find(user, reference) if self._find else None


PROFILES = ProfileRegistry()
TARGETS = TargetRegistry()
DESTINATIONS = Destinations()
