"""Short facts of a published row as lines that people read and the next import reads back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TITLE: Final = "As published"
NAME: Final = "Name"
IDENTIFIER: Final = "Identifier"


def written(facts: Mapping[str, str]) -> str:
    """One line a fact; a fact is on one line itself, blank ones are left out."""
    return "\n".join(f"{name}: {value}" for name, value in facts.items() if value)


def read_back(text: str) -> dict[str, str]:
    """The facts that `written` wrote."""
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
