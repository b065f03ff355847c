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
    """`answers` is the line of the contents page; `build` gives the template its context."""

    code: str
    title: str | Promise
    answers: str | Promise
    template: str
    build: Callable[[Edition], dict[str, Any]]
    order: int
    applies: Callable[[Edition], bool] = _always
    css_class: str = ""


@dataclass
class SectionRegistry:
    _by_code: dict[str, PackSection] = field(default_factory=dict)

    def add(self, section: PackSection) -> None:
        self._by_code[section.code] = section

    def all(self) -> tuple[PackSection, ...]:
        return tuple(sorted(self._by_code.values(), key=lambda section: section.order))

    def chosen(self, codes: Iterable[str]) -> tuple[PackSection, ...]:
        """The sections named, in their own order; all of them when none is named."""
        wanted = set(codes)
        return tuple(section for section in self.all() if not wanted or section.code in wanted)


SECTIONS = SectionRegistry()
