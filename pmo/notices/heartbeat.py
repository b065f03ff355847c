"""Signs of life: each worker gives its own, however long its tasks are, and so does the clock that hands out ticks."""

from __future__ import annotations

import time
from typing import Any, Final

from celery.signals import after_task_publish, heartbeat_sent
from django.core.cache import cache

WORKER: Final = "worker"
CLOCK: Final = "beat"
TICK: Final = "notices.relay"
"""What only the clock sends, every few seconds."""
KEPT_SECONDS: Final = 3600
EVERY_SECONDS: Final = 5.0
_given: dict[str, float] = {}


def give(sign: str) -> None:
    """The process that calls is alive now."""
    cache.set(_key(sign), time.time(), timeout=KEPT_SECONDS)


def age(sign: str) -> float | None:
    """Seconds since the last sign; None when there was none within an hour."""
    at = cache.get(_key(sign))
    return None if at is None else max(0.0, time.time() - at)


def follow() -> None:
    """A worker speaks from its main process, which no task keeps busy; the clock when it has sent its tick."""
    heartbeat_sent.connect(_worker_lives, weak=False, dispatch_uid="pmo.notices.worker_lives")
    after_task_publish.connect(_clock_ticks, sender=TICK, weak=False, dispatch_uid="pmo.notices.clock_ticks")


def _worker_lives(**_kwargs: Any) -> None:
    _now_and_then(WORKER)


def _clock_ticks(**_kwargs: Any) -> None:
    _now_and_then(CLOCK)


def _now_and_then(sign: str) -> None:
    if time.monotonic() - _given.get(sign, -EVERY_SECONDS) >= EVERY_SECONDS:
        _given[sign] = time.monotonic()
        give(sign)


def _key(sign: str) -> str:
    return f"sign-of-life:{sign}"
