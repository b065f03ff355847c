"""People in records: kept by id and named when read, because records are never changed and people can be erased."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pghistory
from django.db import models
from django.utils.translation import gettext as _

from pmo.access.models import User

_MENTION = re.compile(r"person:(\d+)")


def detail_events() -> Any:
    """The history of names and addresses; the one event table whose rows can be erased."""
    kept = pghistory.core.event_models(tracks_model=User)
    return next(model for model in kept if getattr(model, "erasable", False))._default_manager


def word(value: Any) -> str:
    """A value as a record keeps it: a person as `person:7`, anything else in words."""
    if isinstance(value, User):
        return f"person:{value.pk}"
    return "" if value is None else str(value)


def without_persons(obj: models.Model | None, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes of an account without what says who it belongs to: only that it changed; `[]` stands for that."""
    if not isinstance(obj, User):
        return changes
    return {name: [] if name in User.PERSONAL else pair for name, pair in changes.items()}


def label_of(obj: models.Model | None, label: str = "") -> str:
    """What a record calls its object; an account is a number there."""
    return f"#{obj.pk}" if isinstance(obj, User) else label or str(obj)


def names_in(texts: Iterable[Any]) -> dict[int, str]:
    """The names of all people mentioned in the texts; one query, none when nobody is."""
    ids = {int(found) for text in texts for found in _MENTION.findall(str(text))}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}


def named(text: str, names: Mapping[int, str]) -> str:
    """The text with people by name instead of `person:7`."""
    return _MENTION.sub(lambda found: names.get(int(found[1]), found[0]), text)


def acting_person(actor: str, principal: str) -> str:
    """Who acted, and for whom."""
    if not principal:
        return actor
    return _("%(delegate)s on behalf of %(person)s") % {"delegate": actor, "person": principal}
