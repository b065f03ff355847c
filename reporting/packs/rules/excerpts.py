"""Long narratives are cut at a sentence, never in the middle of one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*(?=\s)")


@dataclass(frozen=True)
class Excerpt:
    text: str
    cut: bool


def excerpt(text: str, limit: int) -> Excerpt:
    """At most `limit` characters, ending at the last whole sentence, or at a word when no sentence fits."""
    plain = " ".join(text.split())
    if len(plain) <= limit:
        return Excerpt(plain, cut=False)
    ends = [match.end() for match in _SENTENCE_END.finditer(plain, 0, limit + 1) if match.end() <= limit]
    if ends and ends[-1] >= limit // 3:
        return Excerpt(plain[: ends[-1]], cut=True)
    return Excerpt(plain[: plain.rfind(" ", 0, limit) if " " in plain[:limit] else limit].rstrip(",;:") + " …", cut=True)
