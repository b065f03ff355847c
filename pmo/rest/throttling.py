"""Ceilings on calls per minute: of a token or session, of a person, and on heavy work; counted in Redis for all."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

log = logging.getLogger(__name__)
MINUTE: Final = 60
PATIENCE: Final = 0.5
"""Seconds that a call waits for Redis."""
PAUSE: Final = 5.0
"""Seconds for which a process counts nothing after Redis has not answered."""


@dataclass(frozen=True)
class Ceiling:
    """How much `who` may spend in a minute, and what this call costs."""

    name: str
    who: str
    most: int
    cost: int = 1


@dataclass(frozen=True)
class Spent:
    """What a caller has spent of a ceiling, this call included."""

    ceiling: Ceiling
    used: int

    @property
    def left(self) -> int:
        return max(0, self.ceiling.most - self.used)

    @property
    def exceeded(self) -> bool:
        return self.used > self.ceiling.most


class Counter:
    """Sums by caller and minute; where Redis is away nothing is counted and nobody stopped."""

    def __init__(self) -> None:
        self._paused_until = 0.0

    def add(self, ceilings: Sequence[Ceiling], minute: int) -> list[Spent]:
        """The sums after this call; nothing while Redis does not answer."""
        if time.monotonic() < self._paused_until:
            return []
        try:
            sums = self._add([(f"rest-calls:{each.name}:{each.who}:{minute}", each.cost) for each in ceilings])
        except RedisError as error:
            self._paused_until = time.monotonic() + PAUSE
            log.warning("Redis does not answer (%s); calls are not counted for %d seconds.", error, PAUSE)
            return []
        return [Spent(each, used) for each, used in zip(ceilings, sums, strict=True)]

    @staticmethod
    def _add(costs: Sequence[tuple[str, int]]) -> list[int]:
        pipe = _redis(settings.REDIS_URL).pipeline(transaction=False)
        for key, cost in costs:
            pipe.incrby(key, cost)
            pipe.expire(key, 2 * MINUTE)
        return [int(answer) for answer in pipe.execute()[::2]]


@lru_cache(maxsize=4)
def _redis(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


COUNTER = Counter()


class Ceilings(BaseThrottle):
    """Stops who spends more than settings.API_CALLS_PER_MINUTE, API_CALLS_OF_PERSON or API_HEAVY_PER_MINUTE."""

    def __init__(self) -> None:
        self.now = time.time()

    def allow_request(self, request: Request, view: Any) -> bool:
        view.spent = COUNTER.add(ceilings_of(request, getattr(view, "heaviness", 0)), int(self.now // MINUTE))
        return not any(each.exceeded for each in view.spent)

    def wait(self) -> float:
        return MINUTE - self.now % MINUTE


def ceilings_of(request: Request, heaviness: int) -> list[Ceiling]:
    """What counts for this call; the ceilings of a person hold for all his tokens and sessions together."""
    person = str(request.user.pk)
    found = [
        Ceiling("calls", caller(request), settings.API_CALLS_PER_MINUTE),
        Ceiling("person", person, settings.API_CALLS_OF_PERSON),
    ]
    return [*found, Ceiling("heavy", person, settings.API_HEAVY_PER_MINUTE, heaviness)] if heaviness else found


def told(spent: Sequence[Spent]) -> dict[str, str]:
    """The RateLimit headers: what each ceiling allows, what is left of it, and when it is whole again."""
    if not spent:
        return {}
    rest = MINUTE - int(time.time()) % MINUTE
    policies = [f'"{each.ceiling.name}";q={each.ceiling.most};w={MINUTE}' for each in spent]
    return {
        "RateLimit-Policy": ", ".join(policies),
        "RateLimit": ", ".join(f'"{each.ceiling.name}";r={each.left};t={rest}' for each in spent),
    }


def caller(request: Request) -> str:
    """Who calls, and by which token: two tokens of one person are two callers."""
    token = getattr(request.user, "token", None)
    return f"{request.user.pk}:{token.prefix if token is not None else 'session'}"
