"""Verbs on the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action, lock
from pmo.audit.edit import apply_changes, edit, save_checked
from pmo.audit.records import record
from pmo.kernel.errors import Broken
from pmo.organisation.models import NumberPrefix, Organisation, Placement, Unit


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


@action("settings.edit")
def edit_unit(unit: Unit, changes: Mapping[str, Any], *, actor: User, version: int | None) -> Unit:
    """Rename a unit or move it in the tree."""
    return edit(unit, changes, actor=actor, version=version)


@action("settings.edit")
def edit_prefix(row: NumberPrefix, changes: Mapping[str, Any], *, actor: User, version: int | None) -> NumberPrefix:
    """Change how numbers look; the counter only goes up, so that no number is given twice."""
    stored = lock(NumberPrefix.objects.all(), row.pk).next_number
    if changes.get("next_number", stored) < stored:
        raise Broken(_("Numbers only go up; the next one is %(n)s.") % {"n": stored}, field="next_number")
    return edit(row, changes, actor=actor, version=version)


@action("user.edit")
def prefer(changes: Mapping[str, Any], *, actor: User) -> User:
    """Choose one's own language, zone, way to write numbers and days, and look; needs no right but being oneself."""
    person = lock(User.objects.all(), actor.pk)
    differing = apply_changes(person, {name: changes[name] for name in User.PREFERENCES if name in changes})
    if differing:
        save_checked(person)
        record(actor, "user.edit", person, changes=differing)
    return person


@action("user.edit")
def place(person: User, unit: Unit | None, *, actor: User) -> None:
    """Say in which unit a person works; nothing is written when he works there already."""
    require(actor, "user.edit")
    current = Placement.objects.select_for_update().select_related("unit").filter(user=person).first()
    before = current.unit if current is not None else None
    if before == unit:
        return
    if unit is None and current is not None:
        current.delete()
    elif current is not None:
        current.unit, current.version = unit, current.version + 1  # type: ignore[assignment]
        save_checked(current)
    else:
        save_checked(Placement(user=person, unit=unit))
    record(actor, "user.edit", person, changes={"unit": [str(before or ""), str(unit or "")]})
