"""What a person opened last: a short list in the shared cache; a cache that is down forgets, and stops nobody."""

from __future__ import annotations

import logging
from typing import Final

from django.core.cache import cache
from django.db.models import Model
from redis.exceptions import RedisError

from pmo.access.models import User
from pmo.ui.offers import SEARCH, Hit, SearchSource

log = logging.getLogger(__name__)
MOST: Final = 10
KEPT_FOR: Final = 180 * 24 * 3600


def note(user: User, obj: Model) -> None:
    """Put an object that was opened at the head of the person's list."""
    source = SEARCH.of(obj)
    if source is None:
        return
    opened = (source.kind, int(obj.pk))
    try:
        known = [each for each in _read(user) if each != opened]
        cache.set(_key(user), [opened, *known][:MOST], timeout=KEPT_FOR)
    except RedisError:
        log.warning("The cache does not answer; what was opened is not kept.")


def opened(user: User, limit: int) -> list[tuple[SearchSource, Hit]]:
    """What the person opened last and may still see, the latest first; one statement for each kind."""
    try:
        known = _read(user)[:limit]
    except RedisError:
        return []
    objects: dict[tuple[str, int], tuple[SearchSource, Hit]] = {}
    for source in SEARCH.for_user(user):
        keys = [pk for kind, pk in known if kind == source.kind]
        found = source.shown(source.visible(user), user).in_bulk(keys) if keys else {}
        objects |= {(source.kind, pk): (source, source.hit(obj)) for pk, obj in found.items()}
    return [objects[each] for each in known if each in objects]


def _read(user: User) -> list[tuple[str, int]]:
    return [(str(kind), int(pk)) for kind, pk in cache.get(_key(user)) or ()]


def _key(user: User) -> str:
    return f"recent:{user.pk}"
