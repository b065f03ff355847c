"""What every declared register is held to: who passes its doors is written by hand here, the rest follows.

A register gets its lines in EXPECTED: the letters mean what they mean in `matrix.py`, for an entry about N-1 that
alice owns. Its rows of the matrix, its subject and its growing list come from them and from the declaration.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import models

from pmo.access.models import User
from pmo.registers.declaring import REGISTERS, Register
from tests.house import rows

_numbers = count(1)


@dataclass(frozen=True)
class Expected:
    """Who sees the list, one entry and its history; who may write one down somewhere; who changes this one."""

    lists: str
    writes: str
    sees: str
    edits: str
    history: str


EXPECTED: dict[str, Expected] = {
    # "noun": Expected(lists, writes, sees, edits, history),
}


def expected_of(register: Register) -> Expected:
    told = EXPECTED.get(register.noun)
    assert told is not None, f"Say in tests/house/registers.py who passes the doors of {register.noun}."
    return told


def page_rows() -> dict[str, list[rows.Row]]:
    """The rows of the pages of all registers."""
    found = {}
    for each in REGISTERS.all():
        told, one = expected_of(each), {"pk": f":{each.noun}"}
        found[each.page("list")] = [rows.Row(get=told.lists, post=told.lists)]
        found[each.page("new")] = [rows.Row(get=told.writes, post=told.writes)]
        found[each.page()] = [rows.Row(one, get=told.sees)]
        for part in ("edit", *each.verbs):
            found[each.page(part)] = [rows.Row(one, get=told.edits, post=told.edits)]
    return found


def rest_rows() -> dict[str, list[rows.Row]]:
    """The rows of the REST doors of all registers."""
    found = {}
    for each in REGISTERS.all():
        told, one = expected_of(each), {"pk": f":{each.noun}"}
        found[f"api:{each.noun}-list"] = [rows.Row(get=told.lists, post=told.writes)]
        found[f"api:{each.noun}-detail"] = [rows.Row(one, get=told.sees, patch=told.edits)]
        found[f"api:{each.noun}-history"] = [rows.Row(one, get=told.history)]
        for verb in each.verbs:
            found[f"api:{each.noun}-{verb}"] = [rows.Row(one, post=told.edits)]
    return found


def entry_of(register: Register, parent: Any, owner: User, **values: Any) -> Any:
    """An open entry with something in every field that it must have."""
    needed = {name: _filler(register.model._meta.get_field(name), owner) for name in register.fields}
    given = {**needed, register.parent: parent, register.owner: owner, **values}
    return register.model._default_manager.create(**given)


def _filler(field: Any, owner: User) -> Any:
    if field.has_default():
        return field.get_default()
    if field.null:
        return None
    if field.is_relation and issubclass(field.related_model, User):
        return owner
    if field.choices:
        return field.flatchoices[0][0]
    return f"{field.verbose_name} {next(_numbers)}" if isinstance(field, models.CharField | models.TextField) else 1


def subjects_of(world: Any) -> dict[str, Any]:
    """The key of an entry about N-1 that alice owns, for each register, by its noun."""
    alice = world.users["alice"]
    return {each.noun: entry_of(each, world.projects["N-1"], alice).pk for each in REGISTERS.all()}
