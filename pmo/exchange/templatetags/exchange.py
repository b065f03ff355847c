"""Speaks stored sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from pmo.exchange.speaking import speak

register = template.Library()


@register.filter
def spoken(stored: Sequence[Any] | None) -> str:
    """A stored sentence in words; nothing for none."""
    return speak(stored)
