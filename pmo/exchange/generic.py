"""The kind of file for anything: a person maps its columns onto a register that joined by an offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.exchange.offers import GENERIC, TARGETS, TEXT, WORKBOOK, Context, Option, Profile, ProfileRegistry, Source
from pmo.exchange.rules.headers import Column
from pmo.exchange.rules.plans import Plan, RowPlan


class GenericProfile:
    """Stands for the register that is named by the option `target`; the framework then asks that register."""

    name = GENERIC
    label = _("Any table")
    help = _(
        "A CSV file or workbook from any system: you say once which column holds what, "
        "and files with the same headers are known from then on."
    )
    needs_destination = True
    formats = (TEXT, WORKBOOK)
    asks_unknown = True

    @property
    def options(self) -> tuple[Option, ...]:
        """Which register is filled; nobody is asked while there is only one."""
        names = [target.name for target in TARGETS]
        if len(names) < 2:
            return ()
        return (Option("target", _("Register"), ", ".join(names), "|".join(names)),)

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._register().columns

    def _register(self) -> Profile:
        target = TARGETS.find("")
        assert target is not None
        return target.profile

    def plan(self, source: Source, context: Context) -> Plan:
        return self._register().plan(source, context)

    def apply(self, rows: Sequence[RowPlan], context: Context) -> dict[int, dict[str, Any]]:
        return self._register().apply(rows, context)

    def undo(self, entries: Sequence[dict[str, Any]], *, actor: User) -> None:
        self._register().undo(entries, actor=actor)


def offer_generic(profiles: ProfileRegistry) -> None:
    """Add the kind of file for anything, once some register has joined."""
    profiles.add(GenericProfile())
