"""The cache: while Redis does not answer it holds nothing, and pages go on without it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar, cast

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as Silent

log = logging.getLogger(__name__)
REST_SECONDS = 1.0
LONG_REST_SECONDS = 10.0
"""After a server that took a connection and said nothing: each time it is asked somebody waits for it."""
MOST_OWED = 10_000
COUNTED = "allauth:rl:"
"""Attempts to sign in. They are counted by each process for itself while Redis is away: people may still sign in, and
nobody may guess without end."""
Answer = TypeVar("Answer")


class Nothing(DummyCache):
    """What a cache without its server holds and takes."""

    def add(self, *_what: Any, **_named: Any) -> bool:
        return False


_NOTHING = Nothing("nothing", {})
_COUNTS = LocMemCache("counts-without-redis", {"OPTIONS": {"MAX_ENTRIES": MOST_OWED}})


def instead_for(key: str) -> BaseCache:
    """What is asked about a key in place of a server that is away."""
    return _COUNTS if key.startswith(COUNTED) else _NOTHING


class ForgivingCache(RedisCache):
    """Redis as long as it answers and takes what it is told: one that is full or only to be read is as good as none.

    What could not be deleted or written is deleted before anything else is asked: a server that comes back with its
    data must not bring back a session that was ended, or tell what has changed since. Django makes one of us for each
    thread; all share what is owed.
    """

    _rests_until: ClassVar[float] = 0.0
    _owed: ClassVar[set[str]] = set()
    _owes_all: ClassVar[bool] = False

    def _ask(self, question: Callable[[], Answer], otherwise: Callable[[], Answer]) -> Answer:
        if time.monotonic() < self._rests_until:
            return otherwise()
        try:
            self._settle()
            return question()
        except RedisError as error:
            rest = LONG_REST_SECONDS if isinstance(error, Silent) else REST_SECONDS
            ForgivingCache._rests_until = time.monotonic() + rest
            log.warning("The cache does not answer (%s); the work goes on without it.", type(error).__name__)
            return otherwise()

    def answers(self) -> bool:
        """Whether Redis answers; for who would have to wait long for one that does not."""
        return self._ask(lambda: bool(self._cache.get_client(None, write=True).ping()), lambda: False)

    def try_out(self) -> None:
        """Write for trial, past all forgiveness; raises RedisError with what is wrong."""
        self._cache.get_client(None, write=True).set(self.make_key("tried-out"), 1, ex=60)

    def _settle(self) -> None:
        if ForgivingCache._owes_all:
            self._clear()
            ForgivingCache._owes_all = False
        if owed := tuple(self._owed):
            self._cache.delete_many(owed)
            self._owed.difference_update(owed)

    def _owe(self, key: str, version: int | None) -> None:
        if len(self._owed) < MOST_OWED:
            self._owed.add(self.make_and_validate_key(key, version=version))
        else:
            ForgivingCache._owes_all = True

    def owes(self, key: str, version: int | None = None) -> bool:
        """Whether this process has still to delete the key, so that others may find it meanwhile."""
        return self._owes_all or self.make_and_validate_key(key, version=version) in self._owed

    def add(self, key: str, value: Any, *timing: Any, **named: Any) -> bool:
        instead = instead_for(key)
        return self._ask(
            lambda: bool(super(ForgivingCache, self).add(key, value, *timing, **named)),
            lambda: bool(instead.add(key, value, *timing, **named)),
        )

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        instead = instead_for(key)
        return self._ask(
            lambda: super(ForgivingCache, self).get(key, default, version), lambda: instead.get(key, default, version)
        )

    def set(self, key: str, value: Any, *timing: Any, **named: Any) -> None:
        def otherwise() -> None:
            instead_for(key).set(key, value, *timing, **named)
            self._owe(key, named.get("version"))

        self._ask(lambda: super(ForgivingCache, self).set(key, value, *timing, **named), otherwise)

    def touch(self, key: str, *timing: Any, **named: Any) -> bool:
        return self._ask(lambda: bool(super(ForgivingCache, self).touch(key, *timing, **named)), lambda: False)

    def delete(self, key: str, version: int | None = None) -> bool:
        def otherwise() -> bool:
            instead_for(key).delete(key, version)
            self._owe(key, version)
            return False

        return self._ask(lambda: bool(super(ForgivingCache, self).delete(key, version)), otherwise)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[str, Any]:
        return self._ask(lambda: dict(super(ForgivingCache, self).get_many(keys, version)), dict)

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._ask(lambda: bool(super(ForgivingCache, self).has_key(key, version)), lambda: False)

    def set_many(self, data: dict[Any, Any], *timing: Any, **named: Any) -> list[Any]:
        def otherwise() -> list[Any]:
            for key in data:
                self._owe(key, named.get("version"))
            return list(data)

        return self._ask(lambda: list(super(ForgivingCache, self).set_many(data, *timing, **named)), otherwise)

    def clear(self) -> None:
        """Only what the cache holds: Django would empty the whole database, the queues of the workers with it."""
        self._ask(self._clear, lambda: None)

    def _clear(self) -> None:
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(match=f"{self.key_prefix}:*", count=1000):
            client.delete(key)

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        for key in keys:
            self.delete(key, version)


def house_cache() -> ForgivingCache:
    """The one cache of the house, which is its broker too."""
    return cast(ForgivingCache, caches["default"])
