"""Conversion between currencies at a stated rate of a stated day; what has no rate is refused, never taken as 1 : 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from pmo.access import preferences
from pmo.kernel.errors import Broken
from pmo.organisation.models import ExchangeRate, Organisation


@dataclass(frozen=True)
class Rate:
    """A factor, the day since when it holds, and the pairs that it was made of."""

    factor: Decimal
    on: date
    pairs: tuple[str, ...] = ()


def rate(source: str, target: str, on: date) -> Rate:
    """The rate in force on that day: as entered, turned round, or by way of the organisation's currency.

    Raises Broken, with the way out, when no rate of that day or before is known.
    """
    if source == target:
        return Rate(Decimal(1), on)
    home = Organisation.current().currency
    found = _pair(source, target, on) or _across(source, home, target, on)
    if found is None:
        told = {"source": source, "target": target, "day": preferences.day(on)}
        message = _("No rate leads from %(source)s to %(target)s on %(day)s. Enter one of that day or before.")
        raise Broken(message % told, field="rate")
    return found


def _across(source: str, home: str, target: str, on: date) -> Rate | None:
    if home in (source, target):
        return None
    first, second = _pair(source, home, on), _pair(home, target, on)
    if first is None or second is None:
        return None
    return Rate(first.factor * second.factor, min(first.on, second.on), first.pairs + second.pairs)


def _pair(source: str, target: str, on: date) -> Rate | None:
    """The latest rate of the two currencies, whichever of them it is written for."""
    either = Q(base=source, quote=target) | Q(base=target, quote=source)
    row = ExchangeRate.objects.filter(either, valid_on__lte=on).order_by("-valid_on", "-pk").first()
    if row is None:
        return None
    factor = row.rate if row.base == source else 1 / row.rate
    return Rate(factor, row.valid_on, (f"{row.base}/{row.quote}",))


def convert(amount: Decimal, source: str, target: str, on: date) -> tuple[Decimal, Rate]:
    """The amount in the other currency to the cent, and the rate that it was converted at."""
    used = rate(source, target, on)
    return (amount * used.factor).quantize(Decimal("0.01")), used
