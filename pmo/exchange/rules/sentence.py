"""Sentences that are stored as data and spoken in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SHOWN_CHARACTERS = 80


@dataclass(frozen=True)
class Sentence:
    """A translatable template and the values it holds."""

    template: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template

    def stored(self) -> list[Any]:
        return [self.template, dict(self.params)]


def sentence(template: str, **params: object) -> Sentence:
    """Import this as `_`, so that the translation tools find the template."""
    return Sentence(template, {name: str(value) for name, value in params.items()})


def gettext_noop(text: str) -> str:
    """Marks a word for the translation tools where it is declared; it is translated where it is shown."""
    return text


def restored(stored: Sequence[Any]) -> Sentence:
    """The sentence that `stored()` gave."""
    return Sentence(stored[0], stored[1])


def excerpt(value: str) -> str:
    """A cell's text, short enough to be quoted in a sentence."""
    text = " ".join(value.split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
