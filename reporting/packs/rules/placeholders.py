"""Placeholders in a text: a name between double braces, from a list; no logic, no attributes, nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_MARK: Final = re.compile(r"\{\{|\}\}|\{%|%\}")
_PLACE: Final = re.compile(r"\{\{[ \t]*([a-z_]{1,40})[ \t]*\}\}")
_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
LONGEST_NAME: Final = 60
KNOWN: Final = (
    "pack",
    "organisation",
    "scope",
    "audience",
    "period",
    "day",
    "last_day",
    "edition",
    "counted",
    "in_scope",
    "off_track",
    "at_risk",
    "on_track",
    "decisions",
    "late_reports",
    "budget",
    "forecast",
    "difference",
)
"""What an introduction may name; `reporting.packs.panels.introduction` knows the values."""


@dataclass(frozen=True)
class Flaw:
    """What cannot be read: `kind` is "unknown" (no such name), "broken" (braces) or "logic" (a tag)."""

    line: int
    kind: str
    found: str


def flaws(text: str, known: Collection[str]) -> list[Flaw]:
    """Everything wrong with the placeholders of a text, in reading order; lines count from 1."""
    return [flaw for number, line in enumerate(text.splitlines(), 1) for flaw in _in_line(number, line, known)]


def _in_line(number: int, line: str, known: Collection[str]) -> Iterator[Flaw]:
    names = [match.group(1) for match in _PLACE.finditer(line)]
    yield from (Flaw(number, "unknown", name) for name in names if name not in known)
    left = _PLACE.sub("", line)
    for match in _MARK.finditer(left):
        kind = "logic" if "%" in match.group() else "broken"
        yield Flaw(number, kind, left[match.start() : match.start() + LONGEST_NAME].strip())
        return


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its values as plain words: whatever a value holds, it is no markup of the text around it."""
    return _PLACE.sub(lambda match: plain(values.get(match.group(1), "")), text)


def plain(value: str) -> str:
    """A value on one line that Markdown prints as it stands (CommonMark 2.4: any ASCII punctuation may be escaped)."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(value.split()))
