"""Speaks stored sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from pmo.exchange.speaking import speak, with_days

register = template.Library()


@register.filter
def spoken(stored: Sequence[Any] | None) -> str:
    """A stored sentence in words, its days as the reader writes them; nothing for none."""
    if not stored or not stored[1]:
        return speak(stored)
    told = {name: with_days(value) if isinstance(value, str) else value for name, value in stored[1].items()}
    return speak([stored[0], told])


@register.filter
def named(labels: Mapping[str, str], name: str) -> str:
    """What people call a column."""
    return labels.get(name, name)
