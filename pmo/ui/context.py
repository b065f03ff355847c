"""What every template may use: the shell of the page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from pmo.access.models import User
from pmo.ui.inbox import INBOX
from pmo.ui.shell import menu_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """Menu, waiting work, appearance and language choices; each computed only where a template asks."""
    user = getattr(request, "user", None)
    reader = user if isinstance(user, User) else None
    return {
        "reader": reader,
        "menu": SimpleLazyObject(lambda: menu_for(reader) if reader else []),
        "work_count": SimpleLazyObject(lambda: INBOX.count(reader) if reader else 0),
        "unread_count": SimpleLazyObject(lambda: INBOX.pulse(reader).unread if reader else 0),
        "theme": reader.theme if reader else "auto",
        "density": reader.density if reader else "comfortable",
        "languages": settings.LANGUAGES,
        "organisation": getattr(request, "organisation", None),
    }
