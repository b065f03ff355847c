"""When two names mean one project, when they may, and what code a project gets."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

LIKELY: Final = 0.8
MOST_CANDIDATES: Final = 3
CODE_LENGTH: Final = 40

_CODE = re.compile(r"^[A-Za-z0-9._-]{1,40}$")
_NOT_CODE = re.compile(r"[^A-Za-z0-9]+")
_WORD = re.compile(r"[^\W_]+")
_FILLER = frozenset(
    ["a", "and", "for", "formerly", "in", "of", "on", "programme", "programmes", "project", "projects", "the", "to"]
)


@dataclass(frozen=True)
class Candidate:
    """A project that a name may mean, and how alike the names are (0 to 1)."""

    id: int
    name: str
    likeness: float


def exact(name: str) -> str:
    """The name as it counts for an exact match: only white space is evened."""
    return " ".join(name.split())


@lru_cache(maxsize=20_000)
def telling_words(name: str) -> tuple[str, ...]:
    """The words of a name that tell projects apart, without case, accents and filler."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(word for word in _WORD.findall(bare) if word not in _FILLER)


def likeness(one: str, other: str) -> float:
    """How alike two names are: by their letters, or by one being the beginning of the other, in telling words."""
    mine, theirs = telling_words(one), telling_words(other)
    if not mine or not theirs:
        return 0.0
    if mine == theirs:
        return 1.0
    shorter, longer = sorted((mine, theirs), key=len)
    if len(shorter) >= 2 and longer[: len(shorter)] == shorter:
        return 0.9
    matcher = SequenceMatcher(None, " ".join(mine), " ".join(theirs))
    if matcher.real_quick_ratio() < LIKELY or matcher.quick_ratio() < LIKELY:
        return 0.0
    return matcher.ratio()


def candidates(name: str, others: Mapping[int, Sequence[str]]) -> list[Candidate]:
    """The few projects whose names are likely to mean the same, best first."""
    found = [_best(name, pk, names) for pk, names in others.items()]
    likely = sorted((each for each in found if each.likeness >= LIKELY), key=lambda each: (-each.likeness, each.name))
    return likely[:MOST_CANDIDATES]


def _best(name: str, pk: int, names: Sequence[str]) -> Candidate:
    return max((Candidate(pk, other, likeness(name, other)) for other in names), key=lambda each: each.likeness)


def is_code(text: str) -> bool:
    """Whether a text can be the code of a project."""
    return bool(_CODE.match(text))


def project_code(identifier: str, name: str, taken: set[str]) -> str:
    """A code for a new project: its identifier when that is a valid code, else its name; `taken` codes are upper case.

    The same input gives the same code; a taken one is told apart by a digest of the name.
    """
    wanted = identifier if is_code(identifier) else _slug(name)
    if wanted.upper() not in taken:
        return wanted
    digest = hashlib.sha256(f"{identifier}\n{exact(name)}".encode()).hexdigest()[:6].upper()
    return f"{wanted[: CODE_LENGTH - 7]}-{digest}"


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _NOT_CODE.sub("-", plain).strip("-").upper()[:CODE_LENGTH].rstrip("-") or "PROJECT"
