"""Which header means which column: what is certain, what only looks alike, and by what a layout is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from pmo.exchange.rules.headers import Column, Headers, normalised
from pmo.exchange.rules.sentence import excerpt

KNOWN: Final = "known"
CHOSEN: Final = "chosen"
ALIKE: Final = "alike"
IGNORED: Final = "ignored"
_ALIKE_ENOUGH: Final = 0.72


@dataclass(frozen=True)
class Heading:
    """A header of a file, some of its values, the column it goes to ("" for none), and how that is known."""

    key: str
    text: str
    column: str
    how: str
    samples: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "text": self.text,
            "column": self.column,
            "how": self.how,
            "samples": list(self.samples),
        }


def signature(keys: Iterable[str]) -> str:
    """A digest of the headers of a file, whatever their order."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


def headings(headers: Headers, columns: Sequence[Column], mapping: Mapping[str, str]) -> list[Heading]:
    """Every header with its column: as mapped, else as known, else the likeliest column that nothing else fills."""
    certain = {key: headers.column_of(key, columns, mapping) for key in headers.keys}
    likely = _likely([key for key in headers.keys if certain[key] is None], columns, set(certain.values()), mapping)
    return [_heading(headers, place, certain[key], likely.get(key, ""), mapping) for place, key in _places(headers)]


def _places(headers: Headers) -> list[tuple[int, str]]:
    return [(place, key) for place, key in enumerate(headers.keys) if headers.texts[place] or headers.samples[place]]


def _heading(headers: Headers, place: int, certain: str | None, likely: str, mapping: Mapping[str, str]) -> Heading:
    key = headers.keys[place]
    how = CHOSEN if key in mapping else KNOWN if certain else ALIKE if likely else IGNORED
    return Heading(key, excerpt(headers.texts[place]), certain or likely, how, headers.samples[place])


def _likely(
    keys: Sequence[str], columns: Sequence[Column], taken: set[str | None], mapping: Mapping[str, str]
) -> dict[str, str]:
    """The best pairs of unknown headers and unfilled columns, each used once."""
    free = [column for column in columns if column.name not in taken]
    pairs = [(likeness(key, column), key, column.name) for key in keys if key not in mapping for column in free]
    found: dict[str, str] = {}
    for score, key, name in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if score >= _ALIKE_ENOUGH and key not in found and name not in found.values():
            found[key] = name
    return found


def likeness(key: str, column: Column) -> float:
    """How much a header resembles the names of a column, from 0 to 1; shared words count as much as spelling."""
    names = {normalised(name) for name in (column.name, column.label, *column.aliases)}
    return max((_alike(key, name) for name in names), default=0.0)


def _alike(left: str, right: str) -> float:
    words, others = set(left.split()), set(right.split())
    shared = len(words & others) / max(len(words | others), 1)
    spelling = SequenceMatcher(None, left, right).ratio()
    whole = 0.75 if others and others <= words and len(words) <= len(others) + 2 else 0.0
    return max(shared, spelling, whole)
