"""The sections a pack may have: rooms that have something to tell executives add theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from reporting.packs.rules.edition import Edition


def _always(edition: Edition) -> bool:
    return True


@dataclass(frozen=True)
class PackSection:
    """`answers` is the line of the contents page; `build` gives the template its context.

    `heading` gives the title where it depends on the edition; `title` is what the list of sections calls it.
    """

    code: str
    title: str | Promise
    answers: str | Promise
    template: str
    build: Callable[[Edition], dict[str, Any]]
    order: int
    applies: Callable[[Edition], bool] = _always
    css_class: str = ""
    heading: Callable[[Edition], str] | None = None

    def title_in(self, edition: Edition) -> str:
        return self.heading(edition) if self.heading else str(self.title)


@dataclass
class SectionRegistry:
    _by_code: dict[str, PackSection] = field(default_factory=dict)

    def add(self, section: PackSection) -> None:
        self._by_code[section.code] = section

    def all(self) -> tuple[PackSection, ...]:
        return tuple(sorted(self._by_code.values(), key=lambda section: section.order))

    def chosen(self, codes: Iterable[str]) -> tuple[PackSection, ...]:
        """The sections named, in the order in which they are named; all in the shipped order when none is."""
        known = (self._by_code[code] for code in codes if code in self._by_code)
        return tuple(known) or self.all()


SECTIONS = SectionRegistry()
