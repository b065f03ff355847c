"""Refuses bodies that are too large before anything reads them into memory or onto the disk."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

# What a form carries besides its file.
FORM_BYTES = 1024 * 1024
_CHUNK = 256 * 1024
# Beyond this a connection is cut instead of drained.
_MOST_DRAINED = 1024 * 1024 * 1024


def is_too_large(request: HttpRequest) -> bool:
    """Whether the body is longer than the largest file and its form; told by its length alone."""
    return request.method == "POST" and content_length(request) > settings.IMPORT_MAX_BYTES + FORM_BYTES


def content_length(request: HttpRequest) -> int:
    raw = request.META.get("CONTENT_LENGTH") or "0"
    return int(raw) if raw.isdigit() and len(raw) < 19 else 0


def discard_body(request: HttpRequest) -> None:
    """Read the body away in small pieces, because a client that is still sending does not hear an answer."""
    left = min(content_length(request), _MOST_DRAINED)
    while left > 0:
        chunk = request.read(min(_CHUNK, left))
        if not chunk:
            return
        left -= len(chunk)
