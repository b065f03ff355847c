"""A register that declares fields, key and actions is filled from any table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from pmo.access.models import User
from pmo.exchange.offers import Context, Source
from pmo.exchange.registers import Field, Register
from pmo.exchange.rules.grid import read_grid
from pmo.exchange.rules.headers import Column, arrange
from pmo.organisation.models import Unit

pytestmark = pytest.mark.django_db


def existing(keys: Collection[str], _context: Context) -> Mapping[str, Any]:
    return {unit.code.casefold(): unit for unit in Unit.objects.all() if unit.code.casefold() in keys}


def create(values: Mapping[str, Any], _context: Context) -> dict[str, Any]:
    return {"made": Unit.objects.create(**values).pk}


def update(unit: Unit, values: Mapping[str, Any], _context: Context) -> dict[str, Any]:
    before = {name: getattr(unit, name) for name in values}
    Unit.objects.filter(pk=unit.pk).update(**values)
    return {"unit": unit.pk, "before": before}


def take_back(entries: Sequence[dict[str, Any]], _actor: User) -> None:
    Unit.objects.filter(pk__in=[entry["made"] for entry in entries if "made" in entry]).delete()
    for entry in entries:
        if "before" in entry:
            Unit.objects.filter(pk=entry["unit"]).update(**entry["before"])


UNITS = Register(
    name="units",
    label="Units",
    key="code",
    fields=(Field(Column("code", "Code", required=True)), Field(Column("name", "Name"))),
    existing=existing,
    create=create,
    update=update,
    take_back=take_back,
)


def test_rows_are_created_updated_left_and_taken_back() -> None:
    actor = User.objects.create_user("analyst")
    Unit.objects.create(code="A", name="Alpha")
    Unit.objects.create(code="B", name="Beta")
    context = Context(actor, date(2026, 3, 31))
    table = arrange(read_grid("code,name\na,Alfa\nB,Beta\nC,Gamma\nD,=1+1\nE,One\ne,Two\n,Nobody\n"), UNITS.columns)
    plan = UNITS.plan(Source(table, "units.csv"), context)
    assert [row.outcome for row in plan.rows] == ["updated", "unchanged", "created", *["refused"] * 4]
    assert plan.rows[0].changes == {"Name": ("Alpha", "Alfa")}
    journal = UNITS.apply([row for row in plan.rows if row.outcome in ("created", "updated")], context)
    assert sorted(Unit.objects.values_list("code", "name")) == [("A", "Alfa"), ("B", "Beta"), ("C", "Gamma")]
    UNITS.undo(list(journal.values()), actor=actor)
    assert sorted(Unit.objects.values_list("code", "name")) == [("A", "Alpha"), ("B", "Beta")]
