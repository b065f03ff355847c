"""Long narratives are cut at a sentence, never in the middle of one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<!\b\w)[.!?…][\"'”’)]*(?=\s)")


@dataclass(frozen=True)
class Excerpt:
    """`text` is what fits, `rest` what was left out, both on one line each."""

    text: str
    rest: str = ""

    @property
    def cut(self) -> bool:
        return bool(self.rest)


def excerpt(text: str, limit: int) -> Excerpt:
    """At most `limit` characters, ending at the last whole sentence, or at a word when no sentence fits.

    A full stop after a single letter or digit ends no sentence: it numbers a list or shortens a name.
    """
    plain = " ".join(text.split())
    if len(plain) <= limit:
        return Excerpt(plain)
    ends = [match.end() for match in _SENTENCE_END.finditer(plain, 0, limit + 1) if match.end() <= limit]
    if ends and ends[-1] >= limit // 3:
        return Excerpt(plain[: ends[-1]], plain[ends[-1] :].strip())
    space = plain.rfind(" ", 0, limit)
    end = space if space > 0 else limit
    return Excerpt(plain[:end].rstrip(",;:") + " …", plain[end:].strip())
