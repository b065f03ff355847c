"""The one place where values of custom fields are checked before an object keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.audit.acting import lock
from pmo.fields.models import CustomField
from pmo.fields.offers import COLUMN, FIELDED
from pmo.fields.queries import People, fields_of
from pmo.fields.rules.definitions import BadValue
from pmo.fields.rules.values import excerpt, normalise
from pmo.fields.words import told
from pmo.kernel.errors import Invalid

PREFIX = f"{COLUMN}."
# Whoever writes values shares this lock; a change of type and a deletion hold it alone.
VALUES_LOCK = 7_216_010


def hold_definitions() -> None:
    """Until the end of the transaction no field changes its type or goes; take it before any row is locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [VALUES_LOCK])


class Values:
    """Checks values of one kind of object for one writer; fields and people are read once."""

    def __init__(self, model: type[models.Model], actor: User) -> None:
        fielded = FIELDED.of(model)
        self.fields = {field.slug: field for field in fields_of(fielded.kind, actor)} if fielded is not None else {}
        self.people = People()

    @property
    def open_fields(self) -> list[CustomField]:
        """The fields that everybody sees; what is read by many, such as the preview of an import, keeps to these."""
        return [field for field in self.fields.values() if not field.is_restricted]

    def merged(self, stored: Mapping[str, Any], given: Mapping[str, Any], *, new: bool = False) -> dict[str, Any]:
        """The column with what was given; Invalid names every field that breaks a rule.

        What is given as None or blank is cleared. A required field may not be cleared, and a new object needs it; an
        object that never had it stays as it is.
        """
        found, errors = dict(stored), {}
        asked = {**dict.fromkeys(self._required() if new else ()), **given}
        for slug, raw in asked.items():
            try:
                value = self.value(slug, raw, stored.get(slug), new=new)
            except BadValue as bad:
                errors[f"{PREFIX}{slug}"] = [told(bad)]
            else:
                _put(found, slug, value)
        if errors:
            raise Invalid(errors)
        return found

    def value(self, slug: str, raw: Any, stored: Any, *, new: bool = False) -> Any:
        """The canonical value, None for none. Raises BadValue; what is hidden is as unknown as what is not there."""
        field = self.fields.get(slug)
        if field is None:
            raise BadValue("unknown", value=excerpt(slug), known=", ".join(self.fields) or "–")
        found = normalise(field.definition, raw, stored=stored, person=self.people.find)
        if found is None and field.required and (new or stored is not None):
            raise BadValue("required")
        return found

    def _required(self) -> Iterable[str]:
        return [slug for slug, field in self.fields.items() if field.required]


def overlaid(stored: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The column with checked values laid over it; None takes one away."""
    found = dict(stored)
    for slug, value in values.items():
        _put(found, slug, value)
    return found


def _put(values: dict[str, Any], slug: str, value: Any) -> None:
    if value is None:
        values.pop(slug, None)
    else:
        values[slug] = value


def _split(changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Plain fields, and values of custom fields by slug; both `custom: {slug: …}` and `custom.slug` name these."""
    given = changes.get(COLUMN, {})
    if not isinstance(given, Mapping):
        raise Invalid({COLUMN: [_("Send an object with the names of custom fields.")]})
    flat = {name.removeprefix(PREFIX): value for name, value in changes.items() if name.startswith(PREFIX)}
    plain = {name: value for name, value in changes.items() if name != COLUMN and not name.startswith(PREFIX)}
    return plain, {**given, **flat}


def folded(obj: Any, changes: Mapping[str, Any], *, actor: User) -> dict[str, Any]:
    """The changes of an object with its checked custom values as one column; locks the object where it has any."""
    plain, given = _split(changes)
    if not given:
        return plain
    hold_definitions()
    current = lock(type(obj)._default_manager.all(), obj.pk)
    stored = getattr(current, COLUMN)
    return {**plain, COLUMN: Values(type(obj), actor).merged(stored, given)}


def composed(model: type[models.Model], fields: Mapping[str, Any], *, actor: User) -> dict[str, Any]:
    """The fields of a new object with its checked custom values as one column."""
    plain, given = _split(fields)
    hold_definitions()
    return {**plain, COLUMN: Values(model, actor).merged({}, given, new=True)}
