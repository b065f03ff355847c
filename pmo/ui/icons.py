"""Icons from our own sprite, as inline references that CSS colours."""

from __future__ import annotations

from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


@lru_cache(maxsize=512)
def icon(name: str, css: str = "") -> SafeString:
    """A decorative icon; the words beside it carry the meaning."""
    filled = " icon-filled" if name.endswith("-filled") else ""
    return format_html(
        '<svg class="icon{}{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        filled,
        f" {css}" if css else "",
        static("vendor/icons.svg"),
        name,
    )
