"""What becomes of values that a person edited in a file while others edited the same project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Merge:
    """The values that only the file changed, and those that both changed differently."""

    mine: Mapping[str, Any] = field(default_factory=dict)
    conflicts: Mapping[str, Any] = field(default_factory=dict)

    def settled(self, *, keep_mine: bool) -> dict[str, Any]:
        """What is written once a person has said whose values stand."""
        return {**self.mine, **self.conflicts} if keep_mine else dict(self.mine)


def merge(file: Mapping[str, Any], then: Mapping[str, Any], now: Mapping[str, Any]) -> Merge:
    """Three-way: a value of the file counts as changed when it differs from what it was at the download (`then`)."""
    mine: dict[str, Any] = {}
    conflicts: dict[str, Any] = {}
    for name, value in file.items():
        if value in (then[name], now[name]):
            continue
        (mine if now[name] == then[name] else conflicts)[name] = value
    return Merge(mine, conflicts)
