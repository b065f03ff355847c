"""The forms of a register: its fields by their kind, custom fields below, and the words of a step."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db import models

from pmo.access.models import User
from pmo.registers.declaring import Register
from pmo.registers.tables import label_of
from pmo.ui.custom_forms import CustomForm
from pmo.ui.widgets import DateInput, PickField

WORKING = User.objects.people().filter(is_active=True)


class EntryForm(CustomForm, forms.ModelForm):  # type: ignore[type-arg]
    """What an entry says."""

    register: Register

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields.get(self.register.parent)
        if parent is not None:
            parent.queryset = self.register.parent_model.objects.visible_to(reader)
        self.add_custom_fields(self.register.noun, reader)


def form_of(register: Register, *, new: bool) -> type[EntryForm]:
    """The form that edits an entry, or writes a new one down, which says what it is about."""
    names = ((register.parent,) if new else ()) + register.fields
    picked = {name: _picked(register, name) for name in names if register.is_relation(name)}
    dates = {name: DateInput() for name in names if _is(register, name, models.DateField)}
    texts = {name: forms.Textarea(attrs={"rows": 4}) for name in names if _is(register, name, models.TextField)}
    meta = type("Meta", (), {"model": register.model, "fields": names, "widgets": {**dates, **texts}})
    name = f"{'New' if new else ''}{register.model.__name__}Form"
    own = {"Meta": meta, "register": register, "__module__": register.package, **picked}
    return cast("type[EntryForm]", type(EntryForm)(name, (EntryForm,), own))  # type: ignore[misc]


def _is(register: Register, name: str, kind: type) -> bool:
    return isinstance(register.field(name), kind)


def _picked(register: Register, name: str) -> PickField:
    field: Any = register.field(name)
    options: dict[str, Any] = {"label": label_of(register, name), "required": not field.blank}
    if issubclass(field.related_model, User):
        return PickField(WORKING, source="person", key="username", names=User.NAMES, **options)
    rows = field.related_model._default_manager.all()
    return PickField(rows, source=field.related_model.noun, key="code", names=("name", "code"), **options)
