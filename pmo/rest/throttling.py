"""A ceiling on calls per caller and minute, counted in the shared cache; a cache that is down stops nobody."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

log = logging.getLogger(__name__)
MINUTE = 60


class CallsPerMinute(BaseThrottle):
    """settings.API_CALLS_PER_MINUTE for each person or token."""

    def __init__(self) -> None:
        self.now = time.time()

    def allow_request(self, request: Request, view: Any) -> bool:
        return self._count(f"rest-calls:{caller(request)}:{int(self.now // MINUTE)}") <= settings.API_CALLS_PER_MINUTE

    @staticmethod
    def _count(key: str) -> int:
        try:
            try:
                return cache.incr(key)
            except ValueError:
                cache.add(key, 0, timeout=2 * MINUTE)
                return cache.incr(key)
        except (RedisError, ValueError):
            log.warning("The cache does not answer; calls are not counted.")
            return 0

    def wait(self) -> float:
        return MINUTE - self.now % MINUTE


def caller(request: Request) -> str:
    """Who calls, and by which token: two tokens of one person are two callers."""
    token = getattr(request.user, "token", None)
    return f"{request.user.pk}:{token.prefix if token is not None else 'session'}"
