"""Custom fields over REST: read and written under `custom`, filtered and sorted by their names, described by type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, transaction
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from pmo.fields.models import CustomField
from pmo.fields.offers import COLUMN
from pmo.fields.queries import People, fields_of
from pmo.fields.rules import definitions as d
from pmo.fields.rules.values import typed
from pmo.fields.writing import PREFIX
from pmo.rest import lists
from pmo.rest.fields import MONEY, REFERENCE, Reference
from pmo.rest.problems import Malformed, safe
from pmo.rest.viewsets import RoomViewSet

Listing = Callable[[Any, Sequence[CustomField], People], tuple[Any, dict[str, Any]]]


class CustomShape(serializers.Field):  # type: ignore[type-arg]
    """The object's values by name, of the fields that the caller may see; null where there is none."""

    def __init__(self, kind: str) -> None:
        super().__init__(source="*", read_only=True)
        self.kind = kind

    def to_representation(self, value: Any) -> dict[str, Any]:
        fields, people = self._known
        stored = getattr(value, COLUMN)
        return {field.slug: wire(field, stored.get(field.slug), people) for field in fields}

    @cached_property
    def _known(self) -> tuple[Sequence[CustomField], People]:
        view = self.context.get("view")
        if isinstance(view, WithCustomFields):
            return view.custom_fields, view.people
        return fields_of(self.kind, None), People()


def wire(field: CustomField, stored: Any, people: People) -> Any:
    """The value as JSON: decimals as text, money with its currency, people in short; null for what has no such type."""
    value = typed(field.definition, stored)
    if value is None:
        return None
    if field.type == d.MONEY:
        return {"amount": f"{value:.2f}", "currency": field.unit}
    if field.type == d.PERSON:
        person = people.get(value)
        return Reference().to_representation(person) if person is not None else None
    return stored


class CustomBody(serializers.Field):  # type: ignore[type-arg]
    """Values to be written by name; those that are not sent stay, null clears. Types and rules are the action's."""

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.kind = kind

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(_("Send an object with the names of custom fields."))
        known = [field.slug for field in self.context["view"].custom_fields]
        unknown = [str(name) for name in data if name not in known]
        if unknown:
            text, names = _("There is no field “%(value)s” here. Fields: %(known)s."), ", ".join(known) or "–"
            told = {safe(name): [text % {"value": safe(name)[:60], "known": names}] for name in unknown}
            raise Malformed({f"{PREFIX}{name}": messages for name, messages in told.items()})
        return dict(data)


class WithCustomFields(RoomViewSet):
    """A room whose objects carry custom fields of `custom_kind`.

    Declare `own_filters` and `own_sorts` instead of `filters` and `sorts`; `listing` adds those of the fields.
    """

    custom_kind: ClassVar[str] = ""
    own_filters: ClassVar[Any] = None
    own_sorts: ClassVar[lists.Sorts] = {}
    listing: ClassVar[Any]
    """A `Listing`, as a static method."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.custom_kind and not hasattr(cls, "listing"):
            raise ImproperlyConfigured(
                f"{cls.__name__} lists custom fields: give it listing = staticmethod(asked_for) of pmo.ui.custom_lists."
            )

    @cached_property
    def custom_fields(self) -> list[CustomField]:
        if getattr(self, "swagger_fake_view", False):
            return documented(self.custom_kind)
        return fields_of(self.custom_kind, self.request.user)

    @cached_property
    def people(self) -> People:
        return People()

    @cached_property
    def _listing(self) -> tuple[Any, dict[str, Any]]:
        asked: Listing = self.listing
        return asked(self.own_filters, self.custom_fields, self.people)

    @property
    def filters(self) -> Any:  # type: ignore[override]
        return self._listing[0]

    @property
    def sorts(self) -> Any:  # type: ignore[override]
        return {**self._listing[1], **self.own_sorts}


# --- description ----------------------------------------------------------------------------------------------------
_TYPES: dict[str, Callable[[CustomField], dict[str, Any]]] = {
    d.TEXT: lambda field: {"type": ["string", "null"]},
    d.LONG_TEXT: lambda field: {"type": ["string", "null"]},
    d.WHOLE: lambda field: {"type": ["integer", "null"]},
    d.DECIMAL: lambda field: {"type": ["string", "null"], "pattern": r"^-?\d+(\.\d+)?$"},
    d.MONEY: lambda field: dict(MONEY),
    d.DATE: lambda field: {"type": ["string", "null"], "format": "date"},
    d.YES_NO: lambda field: {"type": ["boolean", "null"]},
    d.CHOICE: lambda field: {"type": ["string", "null"], "enum": [*_slugs(field), None]},
    d.CHOICES: lambda field: {
        "type": ["array", "null"],
        "items": {"type": "string", "enum": _slugs(field)},
    },
    d.PERSON: lambda field: dict(REFERENCE),
    d.LINK: lambda field: {"type": ["string", "null"], "format": "uri"},
}


def _slugs(field: CustomField) -> list[str]:
    return [option.slug for option in field.options]


def documented(kind: str) -> list[CustomField]:
    """The fields that everybody sees; none before the first migration, when a deployment is only checked."""
    try:
        with transaction.atomic():
            return fields_of(kind, None)
    except ProgrammingError:
        return []


def described(field: CustomField) -> dict[str, Any]:
    """The JSON schema of a value as it is read."""
    schema = _TYPES[field.type](field)
    words = " ".join(part for part in (f"{field.label}.", field.help, f"[{field.unit}]" if field.unit else "") if part)
    return {**schema, "description": words}


class _Described(OpenApiSerializerFieldExtension):  # type: ignore[misc,no-untyped-call]
    """Names the fields that everybody sees; those of some roles may stand beside them."""

    target_class = "pmo.rest.custom.CustomShape"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        fields = documented(self.target.kind)
        return {"type": "object", "properties": {field.slug: described(field) for field in fields}}


class _DescribedBody(OpenApiSerializerFieldExtension):  # type: ignore[misc,no-untyped-call]
    """What may be sent: numbers also as text, people by id or sign-in name."""

    target_class = "pmo.rest.custom.CustomBody"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        fields = documented(self.target.kind)
        return {"type": "object", "properties": {field.slug: _written(field) for field in fields}}


def _written(field: CustomField) -> dict[str, Any]:
    if field.type == d.PERSON:
        return {"type": ["integer", "string", "null"], "description": f"{field.label}. Its id, or its sign-in name."}
    return described(field)


def fingerprint() -> tuple[tuple[str, str, int], ...]:
    """Changes whenever the description of custom fields does; one query."""
    rows = CustomField.objects.live().open_to(None).values_list("kind", "slug", "version")
    return tuple(rows)
