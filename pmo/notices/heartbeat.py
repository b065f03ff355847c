"""The sign of life that a worker leaves when it relays the outbox: beat, broker and worker all had to work."""

from __future__ import annotations

import time

from django.core.cache import cache

KEY = "worker-heartbeat"
KEPT_SECONDS = 3600


def beat() -> None:
    """A worker is alive now."""
    cache.set(KEY, time.time(), timeout=KEPT_SECONDS)


def age_of_last_beat() -> float | None:
    """Seconds since a worker last worked; None when none has within an hour."""
    at = cache.get(KEY)
    return None if at is None else max(0.0, time.time() - at)
