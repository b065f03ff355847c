"""Representations and bodies out of the fields of a model, so that a room declares only what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models
from rest_framework import serializers

from pmo.access.models import User
from pmo.fields.offers import COLUMN
from pmo.rest.bodies import Body
from pmo.rest.custom import CustomBody, CustomShape
from pmo.rest.fields import Instant, Reference, Related

Options = dict[str, Any]
VERSIONED = ("version", "created_at", "updated_at")


def shape_of(model: type[models.Model], names: Iterable[str], *, custom: str = "", **more: Any) -> Any:
    """What is read of an object: its id, the named fields, custom fields of the kind `custom`, and its version."""
    found: dict[str, Any] = {"id": serializers.IntegerField()}
    found |= {name: _read(model._meta.get_field(name)) for name in names}
    found |= more | ({COLUMN: CustomShape(custom)} if custom else {})
    found |= {name: _read(model._meta.get_field(name)) for name in VERSIONED}
    return _named(f"{model.__name__}Shape", serializers.Serializer, found, str(model.__doc__))


def body_of(
    model: type[models.Model],
    names: Iterable[str],
    *,
    custom: str = "",
    prefix: str = "",
    related: Mapping[str, Any] | None = None,
) -> Any:
    """What may be written: the named fields by type; people by sign-in name, other objects by id or code.

    Names in `related` are looked for in that queryset instead of all objects.
    """
    found = {name: _written(model._meta.get_field(name), (related or {}).get(name)) for name in names}
    found |= {COLUMN: CustomBody(custom)} if custom else {}
    return _named(f"{prefix}{model.__name__}Body", Body, found, str(model.__doc__))


def _named(name: str, base: type, fields: Mapping[str, Any], told: str) -> Any:
    return type(name, (base,), {**fields, "__doc__": told, "__module__": __name__})


def _read(field: Any) -> serializers.Field:  # type: ignore[type-arg]
    if field.is_relation:
        return Reference()
    if isinstance(field, models.DateTimeField):
        return Instant(allow_null=True) if field.null else Instant()
    kind = _kind(field)
    options = _numbers(field) if kind is serializers.DecimalField else {}
    made: serializers.Field[Any, Any, Any, Any] = kind(**options, **({"allow_null": True} if field.null else {}))
    return made


_KINDS: tuple[tuple[type[models.Field[Any, Any]], type[Any]], ...] = (
    (models.BooleanField, serializers.BooleanField),
    (models.DateField, serializers.DateField),
    (models.DecimalField, serializers.DecimalField),
    (models.IntegerField, serializers.IntegerField),
    (models.CharField, serializers.CharField),
    (models.TextField, serializers.CharField),
)


def _kind(field: Any) -> Callable[..., Any]:
    for known, kind in _KINDS:
        if isinstance(field, known):
            return kind
    raise LookupError(f"No representation for {field}: give its serializer field by name.")


def _numbers(field: Any) -> Options:
    return {"max_digits": field.max_digits, "decimal_places": field.decimal_places}


def _written(field: Any, queryset: Any = None) -> serializers.Field:  # type: ignore[type-arg]
    options: Options = {} if not field.blank and not field.has_default() else {"required": False}
    if field.null:
        options["allow_null"] = True
    if field.is_relation:
        return _related(field.related_model, queryset, options)
    if field.choices:
        return serializers.ChoiceField(choices=field.choices, **options)
    kind = _kind(field)
    if kind is serializers.CharField:
        options |= {"max_length": _longest(field)} | ({"allow_blank": True} if field.blank else {})
    elif kind is serializers.DecimalField:
        options |= _numbers(field)
    made: serializers.Field[Any, Any, Any, Any] = kind(**options)
    return made


def _longest(field: Any) -> int | None:
    """How long a text may be: what its column says, or a validator of a column without an end."""
    told = (each.limit_value for each in field.validators if isinstance(each, MaxLengthValidator))
    longest: int | None = field.max_length or next(told, None)
    return longest


def _related(model: Any, queryset: Any, options: Options) -> Related:
    if issubclass(model, User):
        return Related(User.objects.people(), key="username", **options)
    return Related(queryset if queryset is not None else model._default_manager.all(), **options)
