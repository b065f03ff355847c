"""Keeps values out of log lines: PostgreSQL tells in its errors what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

HIDDEN: Final = "(not logged)"
_END: Final = r"(?=\n\s*\n|\nTraceback|\Z)"
"""Where an error ends: what it quotes may have lines of its own."""
_TOLD: Final = (
    (r"(?<![A-Z])(DETAIL|CONTEXT|QUERY|STATEMENT|HINT):.*?" + _END, rf"\1: {HIDDEN}"),
    # The statement with what was put into it, as far as the server quotes it.
    (r"(?<![A-Z])LINE \d+:.*?" + _END, f"LINE: {HIDDEN}"),
    (
        r"(invalid input [a-z]+[^:\n]*|invalid byte sequence[^:\n]*|value out of range):(?! \().*?" + _END,
        rf"\1: {HIDDEN}",
    ),
    (r"\bvalue \".*?\" is out of range", f"value {HIDDEN} is out of range"),
)
_PATTERNS: Final = [(re.compile(pattern, re.S), instead) for pattern, instead in _TOLD]
_OF_POSTGRESQL: Final = re.compile(r"psycopg2|DETAIL:|LINE \d+:|invalid (input|byte)|out of range")


def without_values(text: str) -> str:
    """The text without what a database error quotes; texts that quote none stay as they are."""
    if _OF_POSTGRESQL.search(text):
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
    return text


def redact(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The step of the log that stands after exceptions became text."""
    for key in ("event", "exception"):
        told = line.get(key)
        if isinstance(told, str):
            line[key] = without_values(told)
    return line
