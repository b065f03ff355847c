"""The cache: while Redis does not answer it holds nothing, and pages go on without it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as Silent

log = logging.getLogger(__name__)
REST_SECONDS = 1.0
MOST_OWED = 10_000
Answer = TypeVar("Answer")


class ForgivingCache(RedisCache):
    """Redis as long as it answers.

    What could not be deleted is deleted before anything else is asked: a server that comes back with its data must
    not bring back a session that was ended meanwhile. Django makes one of us for each thread; all share what is owed.
    """

    _rests_until: ClassVar[float] = 0.0
    _owed: ClassVar[set[str]] = set()

    def _ask(self, question: Callable[[], Answer], instead: Answer) -> Answer:
        if time.monotonic() < self._rests_until:
            return instead
        try:
            self._settle()
            return question()
        except (Unreachable, Silent) as error:
            ForgivingCache._rests_until = time.monotonic() + REST_SECONDS
            log.warning("The cache does not answer (%s); the work goes on without it.", type(error).__name__)
            return instead

    def _settle(self) -> None:
        if owed := tuple(self._owed):
            self._cache.delete_many(owed)
            self._owed.difference_update(owed)

    def _owe(self, key: str, version: int | None) -> None:
        if len(self._owed) < MOST_OWED:
            self._owed.add(self.make_and_validate_key(key, version=version))

    def add(self, key: str, value: Any, *timing: Any, **named: Any) -> bool:
        return self._ask(lambda: bool(super(ForgivingCache, self).add(key, value, *timing, **named)), False)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._ask(lambda: super(ForgivingCache, self).get(key, default, version), default)

    def set(self, key: str, value: Any, *timing: Any, **named: Any) -> None:
        self._ask(lambda: super(ForgivingCache, self).set(key, value, *timing, **named), None)

    def touch(self, key: str, *timing: Any, **named: Any) -> bool:
        return self._ask(lambda: bool(super(ForgivingCache, self).touch(key, *timing, **named)), False)

    def delete(self, key: str, version: int | None = None) -> bool:
        gone = self._ask(lambda: super(ForgivingCache, self).delete(key, version), None)
        if gone is None:
            self._owe(key, version)
        return bool(gone)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[str, Any]:
        return self._ask(lambda: dict(super(ForgivingCache, self).get_many(keys, version)), {})

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._ask(lambda: bool(super(ForgivingCache, self).has_key(key, version)), False)

    def set_many(self, data: dict[Any, Any], *timing: Any, **named: Any) -> list[Any]:
        return self._ask(lambda: list(super(ForgivingCache, self).set_many(data, *timing, **named)), list(data))

    def clear(self) -> None:
        """Only what the cache holds: Django would empty the whole database, the queues of the workers with it."""
        self._ask(self._clear, None)

    def _clear(self) -> None:
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(match=f"{self.key_prefix}:*", count=1000):
            client.delete(key)

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        for key in keys:
            self.delete(key, version)
