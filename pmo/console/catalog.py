"""Fills the offers of the page kit: scopes and time zones to pick, people to find."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import available_timezones

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.access.offers import SCOPE_KINDS
from pmo.console.queries import accounts
from pmo.ui.offers import PICK, SEARCH, Hit, Option, PickSource, SearchSource


def scopes(user: User, words: str, limit: int) -> Iterator[Option]:
    """What a role can be granted within, as kind:code."""
    _kind, colon, rest = words.partition(":")
    for kind in SCOPE_KINDS.all():
        for found in kind.search(rest if colon else words, limit):
            yield Option(f"{kind.kind}:{found.code}", f"{kind.label} · {found.name}")


def time_zones(user: User, words: str, limit: int) -> Iterator[Option]:
    """Zones of the time zone database that contain what was typed."""
    wanted = words.lower().replace(" ", "_")
    for name in [zone for zone in sorted(available_timezones()) if wanted in zone.lower()][:limit]:
        yield Option(name, name.replace("_", " "))


def people(user: User, words: str, limit: int) -> Iterator[Hit]:
    """Accounts for the palette."""
    found = accounts()
    for word in words.split():
        found = found.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word))
    for person in found[:limit]:
        yield Hit(str(person), person.job_title or person.username, reverse("console:user", args=[person.pk]))


def offer() -> None:
    """Called once, when the app is ready."""
    PICK.add(PickSource("scope", "grant.edit", scopes))
    PICK.add(PickSource("time_zone", "token.manage", time_zones))
    SEARCH.add(SearchSource(_("People"), "users", "user.view", people))
