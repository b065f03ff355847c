"""Stored sentences and messages in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext

from pmo.exchange.rules.headers import Column
from pmo.ui import formats

ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


def speak(stored: Sequence[Any] | None) -> str:
    """The sentence that was stored as a template and its values."""
    if not stored:
        return ""
    template, params = stored
    # An empty text would be answered with the header of the catalogue.
    spoken = gettext(template) if template else ""
    return spoken % params if params else spoken


def with_days(text: str) -> str:
    """A stored day as its reader writes days, any other text as it is."""
    try:
        return formats.day(date.fromisoformat(text)) if ISO_DAY.fullmatch(text) else text
    except ValueError:
        return text


def message_words(message: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """A message of a row in words, after the name and the place of the cell that it is about."""
    parts = [speak(message["reason"]), speak(message.get("remedy"))]
    said = " ".join(part for part in parts if part)
    about = labels.get(message["column"], message["column"])
    if not about:
        return said
    if message.get("cell"):
        return gettext("%(column)s (%(cell)s): %(said)s") % {"column": about, "cell": message["cell"], "said": said}
    return gettext("%(column)s: %(said)s") % {"column": about, "said": said}


def column_labels(columns: Iterable[Column]) -> dict[str, str]:
    """What people call the columns of a profile, by their names, in the reader's language."""
    return {column.name: gettext(column.label) for column in columns}
