"""Selectors that search as one types; without scripts one types the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

SEPARATOR = " · "


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


class PickField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A related object named by its code (or another unique field); the list is never printed."""

    default_error_messages = {
        "invalid_choice": _("“%(value)s” is not known. Type a part of the name and take one of the suggestions.")
    }

    def __init__(self, queryset: QuerySet[Any] | None, *, source: str, key: str = "code", **kwargs: Any) -> None:
        super().__init__(queryset, to_field_name=key, widget=Picker(source), **kwargs)

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
        found = self._lookup(text := code_in(value))
        if found is None:
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, code="invalid_choice", params={"value": text[:60]})
        return found

    def _lookup(self, text: str) -> Model | None:
        if self.queryset is None or "\x00" in text:
            return None
        return self.queryset.filter(**{f"{self.to_field_name}__iexact": text}).first()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return code_in(self.prepare_value(initial)).lower() != code_in(data).lower()


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
