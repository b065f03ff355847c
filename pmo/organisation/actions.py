"""Verbs on the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action
from pmo.audit.edit import edit, save_checked
from pmo.audit.records import record
from pmo.organisation.models import Organisation, Unit


@action("settings.edit")
def configure(changes: Mapping[str, Any], *, actor: User, version: int | None = None) -> Organisation:
    """Change the organisation's settings; the first call creates them."""
    require(actor, "settings.edit", view="settings.view")
    current, _created = Organisation.objects.get_or_create(pk=1)
    return edit(current, changes, actor=actor, version=version)


@action("settings.edit")
def add_unit(*, code: str, name: str, parent: Unit | None = None, actor: User) -> Unit:
    """A new unit of the tree."""
    require(actor, "settings.edit")
    unit = Unit(code=code, name=name, parent=parent)
    save_checked(unit)
    record(actor, "settings.edit", unit)
    return unit
