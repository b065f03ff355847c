"""Reads what was typed, and shows where its words stand in a text; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 200
MOST_WORDS: Final = 12
COMMANDS: Final = ">"
_WORD: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = re.compile(r"\s*([a-zA-Z-]{1,20}):(?!\S*//)")
AROUND: Final = 60
EXCERPT: Final = 160
SHORTEST_STEM: Final = 4


@dataclass(frozen=True)
class Asked:
    """What was typed: the words to find, and the one kind (or the commands) that they are looked for among."""

    words: str
    kind: str = ""
    commands: bool = False

    @property
    def folded(self) -> tuple[str, ...]:
        return words_of(self.words)

    def stems(self, known: Iterable[str]) -> tuple[str, ...]:
        """The typed words and their stems, as beginnings of the words of a text ("deliveri" of "delivery")."""
        cut = (stem[:-1] if stem.endswith("i") else stem for stem in known)
        return (*self.folded, *(stem for stem in cut if len(stem) >= SHORTEST_STEM))


def read(typed: str, letters: Mapping[str, str]) -> Asked:
    """Takes "> …" as commands and "p: …" as one kind; `letters` gives the kind of each known beginning."""
    text = tidy(typed)
    if text.startswith(COMMANDS):
        return Asked(text[1:].strip(), commands=True)
    beginning = _LETTERS.match(text)
    if beginning and (kind := letters.get(beginning[1].lower())):
        return Asked(text[beginning.end() :].strip(), kind=kind)
    return Asked(text)


def tidy(typed: str) -> str:
    """What can be looked for: no control characters, no halves of characters, not too long, not too many words."""
    text = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs", "Cn") else letter for letter in typed[:LONGEST])
    words = list(_WORD.finditer(text))
    return (text if len(words) <= MOST_WORDS else text[: words[MOST_WORDS - 1].end()]).strip()


def fold(text: str) -> str:
    """Without accents and capitals; as long as the text is made of letters that one knows how to undress."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ẞ", "SS"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()


def words_of(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


# --- marks ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Piece:
    """A part of a text, and whether it is what was looked for."""

    text: str
    marked: bool = False


def marked(text: str, wanted: Sequence[str]) -> list[Piece]:
    """The text in pieces, the words that begin like one of the wanted (folded) words being marked."""
    pieces, at = [], 0
    for start, end in _places(text, wanted):
        pieces += [Piece(text[at:start]), Piece(text[start:end], True)]
        at = end
    pieces.append(Piece(text[at:]))
    return [piece for piece in pieces if piece.text]


def excerpt(text: str, wanted: Sequence[str]) -> list[Piece]:
    """A line of the text around the first wanted word; nothing where none of them stands."""
    first = next(_places(text, wanted), None)
    if first is None:
        return []
    begin = _after_space(text, max(0, first[0] - AROUND))
    end = min(len(text), begin + EXCERPT)
    if end < len(text):
        end = text.rfind(" ", first[1], end) if " " in text[first[1] : end] else end
    line = " ".join(text[begin:end].split())
    return marked(f"{'… ' if begin else ''}{line}{' …' if end < len(text) else ''}", wanted)


def _after_space(text: str, at: int) -> int:
    """The beginning of the word after this place, unless it is the beginning already."""
    if at == 0 or text[at - 1].isspace():
        return at
    space = re.compile(r"\s").search(text, at)
    return space.end() if space else at


def _places(text: str, wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    for word in _WORD.finditer(text):
        if any(fold(word[0]).startswith(each) for each in wanted):
            yield word.span()
