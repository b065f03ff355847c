"""Status ratings as published: three-point, five-point, exempt or absent."""

from __future__ import annotations

import re
from typing import Final

from pmo.exchange.rules.cells import NOT_PROVIDED, Absent, absence
from pmo.kernel import rag

_NOT_LETTERS = re.compile(r"[^a-z]+")
_WORDS: Final = {
    ("red",): rag.RED,
    ("amber",): rag.AMBER,
    ("yellow",): rag.AMBER,
    ("green",): rag.GREEN,
    ("amber", "red"): rag.AMBER_RED,
    ("amber", "green"): rag.AMBER_GREEN,
    ("r",): rag.RED,
    ("a",): rag.AMBER,
    ("g",): rag.GREEN,
    ("a", "r"): rag.AMBER_RED,
    ("a", "g"): rag.AMBER_GREEN,
    ("blue",): rag.BLUE,
    ("complete",): rag.BLUE,
    ("completed",): rag.BLUE,
    ("grey",): rag.GREY,
    ("on", "hold"): rag.GREY,
}


def read_rating(text: str) -> str | Absent:
    """The status value of a cell; whatever is no rating is kept as the reason why there is none."""
    words = tuple(_NOT_LETTERS.sub(" ", text.casefold()).split())
    value = _WORDS.get(words) or _WORDS.get(tuple(sorted(words)))
    if value:
        return value
    return absence(text) or Absent(NOT_PROVIDED, text.strip())
