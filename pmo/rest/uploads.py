"""Refuses bodies that are too large before anything reads them into memory or onto the disk."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

# What a form carries besides its file.
FORM_BYTES: Final = 1024 * 1024
_CHUNK: Final = 256 * 1024
# Beyond this a connection is cut instead of drained.
_MOST_DRAINED: Final = 1024 * 1024 * 1024


def carries_more_than(request: HttpRequest, most: int) -> bool:
    """Whether the body is longer than a file of `most` bytes and its form; told by its length alone."""
    return request.method == "POST" and _length(request) > most + FORM_BYTES


def _length(request: HttpRequest) -> int:
    raw = request.META.get("CONTENT_LENGTH") or "0"
    return int(raw) if raw.isdigit() and len(raw) < 19 else 0


def discard_body(request: HttpRequest) -> None:
    """Read the body away in small pieces, because a client that is still sending does not hear an answer."""
    left = min(_length(request), _MOST_DRAINED)
    while left > 0:
        chunk = request.read(min(_CHUNK, left))
        if not chunk:
            return
        left -= len(chunk)
