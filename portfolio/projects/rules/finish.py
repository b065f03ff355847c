"""How far a finish lies from its baseline."""

from __future__ import annotations

from datetime import date


def slip_days(baseline: date | None, finish: date | None) -> int | None:
    """Days by which a finish is later than its baseline, negative when earlier; None when either is unknown."""
    return None if baseline is None or finish is None else (finish - baseline).days
