"""Fills the offers of the page kit: scopes and time zones to pick, people to find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmo.access.models import SYSTEM_USERNAME, User
from pmo.access.offers import SCOPE_KINDS
from pmo.access.policy import within
from pmo.console import guidance, holdings, keeping, setting_up, talking
from pmo.console.queries import accounts
from pmo.search.wording import entries
from pmo.ui.catalog import people as suggested_people
from pmo.ui.offers import COMMANDS, PICK, SEARCH, Command, Hit, Option, PickSource, SearchSource


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


def _person_entries() -> Any:
    return entries(
        User,
        code="username",
        title=Concat("first_name", Value(" "), "last_name"),
        aliases=("email",),
        body=("job_title",),
        retired=Q(is_active=False),
    ).exclude(username=SYSTEM_USERNAME)


def _person_hit(person: User) -> Hit:
    return Hit(str(person), person.job_title or person.username, reverse("console:user", args=[person.pk]))


PEOPLE = SearchSource(
    "person",
    "u",
    _("People"),
    "users",
    "user.view",
    User,
    _person_entries,
    lambda user: accounts().filter(within(user, "user.view", User)),
    _person_hit,
)


def offer() -> None:
    """Called once, when the app is ready."""
    holdings.offer()
    setting_up.offer()
    guidance.offer()
    keeping.offer()
    talking.offer()
    PICK.add(PickSource("scope", "grant.edit", scopes))
    PICK.add(PickSource("colleague", "delegation.manage", suggested_people))
    PICK.add(PickSource("account", "user.edit", suggested_people))
    PICK.add(PickSource("time_zone", "token.manage", time_zones))
    SEARCH.add(PEOPLE)
    COMMANDS.add(
        Command(_("New user"), "console:user_new", "user.edit", "user-plus", _("create add invite person")),
        Command(_("New role"), "console:role_new", "grant.edit", "plus", _("create add")),
        Command(_("New API token"), "console:token_new", "token.manage", "key", _("create add")),
        Command(_("Getting started"), "ui:getting_started", "settings.view", "checklist", _("set up first steps")),
        Command(_("Help"), "ui:help_list", "", "help", _("manual how to")),
        Command(_("Glossary"), "ui:glossary", "", "help", _("terms words meaning")),
        Command(_("Own profile"), "console:me", "", "user", _("me account rights")),
        Command(_("Preferences"), "ui:preferences", "", "settings", _("language theme dark light zone")),
    )
