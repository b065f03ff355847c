"""Stored sentences and messages in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext


def speak(stored: Sequence[Any] | None) -> str:
    """The sentence that was stored as a template and its values."""
    if not stored:
        return ""
    template, params = stored
    # An empty text would be answered with the header of the catalogue.
    spoken = gettext(template) if template else ""
    return spoken % params if params else spoken


def message_words(message: Mapping[str, Any]) -> str:
    """A message of a row as one line: column, reason, remedy."""
    parts = [speak(message["reason"]), speak(message.get("remedy"))]
    said = " ".join(part for part in parts if part)
    return f"{message['column']}: {said}" if message["column"] else said
