"""Totals that say how many parts they counted, and changes relative to what was before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Total:
    """A sum of known parts: `counted` of `of` parts had a figure; None when no part had one."""

    amount: Decimal | None
    currency: str
    counted: int
    of: int

    @property
    def complete(self) -> bool:
        return self.counted == self.of


def total(amounts: Iterable[Decimal | None], currency: str) -> Total:
    """Sum what is known and count what is not; a missing part is never taken as zero."""
    parts = list(amounts)
    known = [part for part in parts if part is not None]
    return Total(sum(known, Decimal(0)) if known else None, currency, len(known), len(parts))


def common_currency(used: Iterable[str], home: str) -> str:
    """The currency in which parts are summed: the one that all of them share, otherwise the organisation's."""
    found = set(used)
    return found.pop() if len(found) == 1 else home


def change_ratio(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """(after - before) / before as a fraction; None when either is unknown or before is not above zero."""
    if before is None or after is None or before <= 0:
        return None
    return (after - before) / before


def percent_change(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """The same in percent."""
    ratio = change_ratio(before, after)
    return None if ratio is None else ratio * 100
