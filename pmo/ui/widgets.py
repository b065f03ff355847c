"""Selectors that search as one types; without scripts one types the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

SEPARATOR = " · "
LONGEST_NAME = 200


class Picker(forms.TextInput):
    """A text field whose suggestions come from the `PickSource` of that name (`pmo.ui.offers.PICK`)."""

    def __init__(self, source: str, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.source = source

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        field_id = (attrs or {}).get("id") or f"id_{name}"
        listed = f"{field_id}_options"
        wired = {
            **(attrs or {}),
            "list": listed,
            "hx-get": reverse("ui:pick", args=[self.source]),
            "hx-trigger": "input changed delay:150ms, focus once",
            "hx-target": f"#{listed}",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        field = super().render(name, value, wired, renderer)
        return format_html('{}<datalist id="{}"></datalist>', field, listed)


def named(code: object, thing: object) -> str:
    """A chosen object as a selector shows it: its code, and its name after a dot."""
    name = str(thing).removeprefix(str(code)).strip()
    return f"{code}{SEPARATOR}{name}" if name else str(code)


def code_in(text: object) -> str:
    """The code in what a selector was given."""
    return str(text or "").split(SEPARATOR)[0].strip()


def picked(queryset: QuerySet[Any] | None, key: str, text: object, names: Sequence[str] = ()) -> Any | None:
    """The object of that code; otherwise the only one whose `names` hold every word that was typed."""
    code = code_in(text)
    if queryset is None or not code or "\x00" in code:
        return None
    exact = queryset.filter(**{f"{key}__iexact": code}).first()
    if exact is not None or not names:
        return exact
    for word in code[:LONGEST_NAME].split():
        queryset = queryset.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in names)))
    found = list(queryset[:2])
    return found[0] if len(found) == 1 else None


UNKNOWN = _("“%(value)s” is not known. Type a part of the name and take one of the suggestions.")


class PickField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A related object named by its code (or another unique field) or a part of its names that fits no other.

    The list is never printed.
    """

    default_error_messages = {"invalid_choice": UNKNOWN}

    def __init__(
        self,
        queryset: QuerySet[Any] | None,
        *,
        source: str,
        key: str = "code",
        names: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(queryset, to_field_name=key, widget=Picker(source), **kwargs)
        self.names = names

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Model):
            return named(getattr(value, self.to_field_name or "pk"), value)
        if value and isinstance(value, int) and self.queryset is not None:
            found = self.queryset.filter(pk=value).first()
            return self.prepare_value(found) if found else value
        return value

    def to_python(self, value: Any) -> Model | None:
        if value in self.empty_values:
            return None
        found: Model | None = picked(self.queryset, self.to_field_name or "pk", value, self.names)
        if found is None:
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, code="invalid_choice", params={"value": code_in(value)[:60]})
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return code_in(self.prepare_value(initial)).lower() != code_in(data).lower()


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
