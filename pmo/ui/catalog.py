"""What the page kit itself offers to selectors: people."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from pmo.access.models import User
from pmo.ui.offers import PICK, Option, PickSource


def people(user: User, words: str, limit: int) -> Iterator[Option]:
    """Active people whose name or sign-in contains every word."""
    found = User.objects.people().filter(is_active=True)
    for word in words.split():
        found = found.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word))
    for person in found[:limit]:
        yield Option(person.username, str(person))


def offer() -> None:
    """Called once at start."""
    PICK.add(PickSource("person", "project.view", people))
