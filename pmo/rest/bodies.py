"""What callers send: only fields that exist and may be written, of the right type; every rule is left to the action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from pmo.rest.problems import Malformed, safe


class Body(serializers.Serializer[Any]):
    """Base of every request body; a field that it does not declare is refused by name, never ignored."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if self.parent is None and not isinstance(data, Mapping):
            raise Malformed({"": [_("Send a JSON object with named fields.")]})
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            self._refuse_unknown(data)
            refuse_unstorable(data)
        found = super().to_internal_value(data)
        if self.parent is not None:
            self._require_parts(found)
        return found

    def _refuse_unknown(self, data: Mapping[Any, Any]) -> None:
        unknown = sorted(str(name) for name in data if name not in self.fields)
        if unknown:
            known = ", ".join(self.fields) or _("none")
            message = _("“%(name)s” cannot be written here. Fields: %(known)s.")
            raise Malformed({safe(name): [message % {"name": safe(name)[:60], "known": known}] for name in unknown})

    def _require_parts(self, found: Mapping[str, Any]) -> None:
        """A part of a body is whole or not there, also where the whole may be sent in part."""
        missing = [name for name, field in self.fields.items() if field.required and field.source not in found]
        if missing:
            raise serializers.ValidationError({name: [_("This field is required.")] for name in missing})


class Nothing(Body):
    """A verb that needs no words."""


class Note(Body):
    """A verb with its reason."""

    note = serializers.CharField(allow_blank=True, required=False, default="", max_length=2000)


def refuse_unstorable(data: Mapping[Any, Any]) -> None:
    """Stop with a message per field when a text, however deep, holds NUL, which no database stores."""
    told = [_("This text holds characters that cannot be stored (NUL).")]
    errors = {str(name): told for name, value in data.items() if _holds_nul(value)}
    if errors:
        raise serializers.ValidationError(errors)


def _holds_nul(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_nul(name) or _holds_nul(inner) for name, inner in value.items())
    if isinstance(value, list):
        return any(_holds_nul(inner) for inner in value)
    return isinstance(value, str) and "\x00" in value
