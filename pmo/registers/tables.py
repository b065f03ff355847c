"""The list of a register: a column and a filter for each field, by its kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.registers.declaring import Register
from pmo.ui.columns import Badge, Column, Date, Flag, Link, Number, Person, Text
from pmo.ui.filters import ChoiceFilter, FilterSet, ManyFilter, PickFilter
from pmo.ui.tables import Table
from pmo.ui.widgets import DateInput

Words = str | Promise


def label_of(register: Register, name: str) -> Words:
    """A field as a heading calls it."""
    found: Words = capfirst(register.field(name).verbose_name)
    return found


def columns_of(register: Register) -> dict[str, Column]:
    """What it is, what it is about, each field, the state; the room's own columns stand in their place or after."""
    found: dict[str, Column] = {"name": Link("name", label_of(register, "name"), sort="name")}
    found[register.parent] = _of_parent(register)
    for name in register.fields:
        if name not in found and name not in register.texts:
            found[name] = _column(register, name)
    found["state"] = Badge(
        "state", label_of(register, "state"), sort="state", tones=register.tones, choices=register.states
    )
    found |= register.columns
    for name, column in found.items():
        column.name = name
    return found


def _of_parent(register: Register) -> Column:
    parent = register.parent
    return Link(
        lambda row: getattr(row, parent).name,
        label_of(register, parent),
        sort=f"{parent}__name",
        to=lambda row: getattr(row, parent).get_absolute_url(),
        sub=lambda row: getattr(row, parent).code,
        group=f"{parent}_id",
    )


def _column(register: Register, name: str) -> Column:
    field: Any = register.field(name)
    label = label_of(register, name)
    if field.is_relation and issubclass(field.related_model, User):
        return Person(name, label, sort=(f"{name}__first_name", f"{name}__last_name"))
    if field.is_relation:
        return Text(name, label, sort=f"{name}__name", group=f"{name}_id")
    if field.choices:
        return Badge(name, label, sort=name, choices=dict(field.flatchoices))
    return _PLAIN.get(type(field), Text)(name, label, sort=name)


_PLAIN: dict[type, type[Column]] = {
    models.BooleanField: Flag,
    models.DateField: Date,
    models.DecimalField: Number,
    models.IntegerField: Number,
    models.PositiveIntegerField: Number,
    models.PositiveSmallIntegerField: Number,
}


def table_of(register: Register) -> type[Table]:
    """The table, in the order of the fields; what is due first comes first."""
    columns = columns_of(register)
    own: dict[str, Any] = {
        "__doc__": str(register.model.__doc__),
        "__module__": register.package,
        "default": tuple(columns),
        "order": f"{register.due},name",
    }
    return type(f"{register.model.__name__}Table", (Table,), {**columns, **own})


def filters_of(register: Register) -> type[FilterSet]:
    """A filter for everything that has few values, for people, for the parent, and for days from and until."""
    search = ("name", *register.texts, f"{register.parent}__code", f"{register.parent}__name")
    meta = type("Meta", (), {"model": register.model, "fields": ()})
    own: dict[str, Any] = {"Meta": meta, "search_fields": search, "__module__": register.package}
    names = (register.parent, *(name for name in register.fields if name != register.parent), "state")
    own |= {key: made for name in names for key, made in _filters(register, name)}
    return type(f"{register.model.__name__}Filters", (FilterSet,), own)


def _filters(register: Register, name: str) -> Iterator[tuple[str, Any]]:
    field: Any = register.field(name)
    label = label_of(register, name)
    if name == register.parent:
        source = field.related_model.noun
        rows, names = field.related_model._default_manager.all(), ("name", "code")
        yield name, PickFilter(queryset=rows, to_field_name="code", source=source, names=names, label=label)
    elif field.is_relation and issubclass(field.related_model, User):
        people = User.objects.people()
        yield (
            name,
            PickFilter(queryset=people, to_field_name="username", source="person", names=User.NAMES, label=label),
        )
    elif field.choices:
        kind = ManyFilter if name == "state" else ChoiceFilter
        yield name, kind(choices=field.flatchoices, label=label)
    elif isinstance(field, models.DateField):
        for way, lookup, words in (("from", "gte", _("{label} from")), ("until", "lte", _("{label} until"))):
            made = django_filters.DateFilter(
                field_name=name, lookup_expr=lookup, label=format_lazy(words, label=label), widget=DateInput
            )
            yield f"{name.removesuffix('_on')}_{way}", made
