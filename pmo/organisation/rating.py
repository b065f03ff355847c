"""Verbs on exchange rates: enter, change, import and take away."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action, lock
from pmo.audit.edit import edit, save_checked
from pmo.audit.records import record
from pmo.organisation.models import ExchangeRate
from pmo.organisation.pasting import read_rates


@action("settings.edit")
def enter_rate(*, base: str, quote: str, valid_on: date, rate: Decimal, source: str = "", actor: User) -> ExchangeRate:
    """A rate from a day on; the same pair and day again is refused, because somebody may have used it."""
    require(actor, "settings.edit", view="settings.view")
    row = ExchangeRate(base=base.upper(), quote=quote.upper(), valid_on=valid_on, rate=rate, source=source)
    save_checked(row)
    record(actor, "settings.edit", row, changes={"rate": ["", str(rate)]})
    return row


@action("settings.edit")
def change_rate(row: ExchangeRate, rate: Decimal, source: str, *, actor: User, version: int | None) -> ExchangeRate:
    """Correct a rate; what was converted before keeps the rate that it states."""
    return edit(row, {"rate": rate, "source": source}, actor=actor, version=version)


@action("settings.edit")
def remove_rate(pk: int, *, actor: User, version: int | None = None) -> None:
    """Take a rate away; the one before it is in force again."""
    require(actor, "settings.edit", view="settings.view")
    row = lock(ExchangeRate.objects.all(), pk, version=version)
    record(actor, "settings.edit", row, changes={"rate": [str(row.rate), ""]})
    row.delete()


@action("settings.edit")
def import_rates(text: str, *, actor: User) -> tuple[int, int]:
    """Enter all pasted rates, or none; one of a known pair and day changes it. Returns how many are new and changed."""
    require(actor, "settings.edit", view="settings.view")
    new = changed = 0
    for line in read_rates(text):
        pair: dict[str, Any] = {"base": line.base, "quote": line.quote, "valid_on": line.valid_on}
        row = ExchangeRate.objects.select_for_update().filter(**pair).first()
        if row is None:
            enter_rate(**pair, rate=line.rate, source=line.source, actor=actor)
            new += 1
        elif (row.rate, row.source) != (line.rate, line.source):
            change_rate(row, line.rate, line.source, actor=actor, version=None)
            changed += 1
    return new, changed
