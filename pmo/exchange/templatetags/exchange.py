"""Speaks stored sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from pmo.exchange.speaking import speak

register = template.Library()


@register.filter
def spoken(stored: Sequence[Any] | None) -> str:
    """A stored sentence in words; nothing for none."""
    return speak(stored)


@register.filter
def named(labels: Mapping[str, str], name: str) -> str:
    """What people call a column."""
    return labels.get(name, name)
