"""Moments of the wall clock as numbers, as the arithmetic of networks has them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

_ZERO: Final = datetime.fromisoformat("1970-01-01")


def second_of(moment: datetime) -> int:
    """Seconds of the wall clock since 1970, whole ones; the moment has no zone."""
    return round((moment - _ZERO).total_seconds())


def moment_of(second: int) -> datetime:
    """The moment of a number of seconds."""
    return _ZERO + timedelta(seconds=int(second))
