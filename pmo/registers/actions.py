"""The verbs of every register: write down, change, take a step, hand over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import acting, lock
from pmo.audit.edit import edit, save_checked
from pmo.audit.records import record
from pmo.fields.writing import composed, folded
from pmo.kernel.errors import Broken, WrongState
from pmo.registers.declaring import Register
from pmo.registers.models import Entry
from pmo.workflow import engine


def write_down(register: Register, fields: Mapping[str, Any], *, actor: User) -> Entry:
    """A new entry about an object on which the actor may write them."""
    parent = fields.get(register.parent)
    if parent is None:
        raise Broken(_("Say what it is about."), field=register.parent)
    with acting(actor, register.edit):
        _require_on(register, parent, actor)
        _check_owner(register, fields)
        entry = register.model(**composed(register.model, fields, actor=actor))
        save_checked(entry)
        record(actor, register.edit, entry)
    return entry


def _require_on(register: Register, parent: Any, actor: User) -> None:
    require(actor, register.edit, parent, view=f"{type(parent).noun}.view")


def change(
    register: Register, entry: Entry, changes: Mapping[str, Any], *, actor: User, version: int | None = None
) -> Entry:
    """Change what an open entry says; the words of a closed one stay."""
    with acting(actor, register.edit):
        current = _locked(register, entry.pk, actor, version)
        require(actor, register.edit, current, view=register.view)
        insist_open(register, current)
        _check_owner(register, changes)
        return edit(current, folded(current, changes, actor=actor), actor=actor, version=version, code=register.edit)


def _locked(register: Register, pk: int, actor: User, version: int | None) -> Entry:
    found: Entry = lock(register.rows.visible_to(actor), pk, version=version)  # type: ignore[attr-defined]
    return found


def insist_open(register: Register, entry: Any) -> None:
    """Raises WrongState for an entry whose life is over."""
    if entry.state not in register.open_states:
        raise WrongState(_("This is closed: %(state)s.") % {"state": entry.get_state_display()})


def _check_owner(register: Register, fields: Mapping[str, Any]) -> None:
    owner = fields.get(register.owner)
    if owner is not None and (not owner.is_active or owner.is_service):
        raise Broken(_("Choose somebody who works here as owner."), field=register.owner)


def step(register: Register, pk: int, verb: str, *, actor: User, version: int | None = None, note: str = "") -> Entry:
    """Take one step of the entry's life; the flow says who may, when, and whether it wants a reason."""
    with acting(actor, register.edit, **({"note": note} if note else {})):
        entry = _locked(register, pk, actor, version)
        engine.move(entry, verb, actor=actor, flow=register.flow, note=note, guards=register.guards.get(verb, ()))
        entry.version += 1
        save_checked(entry)
    return entry


def hand_over(register: Register, person: User, heir: User, *, actor: User) -> int:
    """Give all open entries of a person who leaves to the heir; returns how many they were."""
    held = register.model._default_manager.filter(register.is_open, **{register.owner: person})
    with acting(actor, register.edit):
        keys = list(held.order_by("pk").values_list("pk", flat=True))
        for pk in keys:
            entry = lock(register.model._default_manager.all(), pk)
            setattr(entry, register.owner, heir)
            entry.version += 1
            save_checked(entry)
            record(actor, register.edit, entry, changes={register.owner: [str(person), str(heir)]})
    return len(keys)
