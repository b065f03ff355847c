"""The one verb of plain edits: checks version and right, writes, keeps the record."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import acting, lock
from pmo.audit.models import Versioned
from pmo.audit.offers import BUNDLES
from pmo.audit.persons import word
from pmo.audit.records import record
from pmo.kernel.errors import Invalid

V = TypeVar("V", bound=Versioned)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
NAMES = (
    "name", "short_name", "title", "label", "first_name", "last_name", "job_title",
    "mail_sender", "category", "section", "audience",
)  # fmt: skip
"""What objects and people are called by: it stands in mails, notices and files, where a further line says its own."""


def edit(obj: V, changes: Mapping[str, Any], *, actor: User, version: int | None, code: str = "") -> V:
    """Change plain fields of `obj`; returns it with its new version.

    Raises Stale when `version` is not current, Refused or NotVisible by permission, Invalid by field.
    Nothing is written, and the version stays, when nothing differs.
    """
    code = code or f"{type(obj).noun}.edit"  # type: ignore[attr-defined]
    with acting(actor, code):
        current = lock(type(obj)._default_manager.all(), obj.pk, version=version)
        require(actor, code, current)
        differing = apply_changes(current, changes)
        if differing:
            current.version += 1
            save_checked(current)
            record(actor, code, current, changes=differing)
    return current


def apply_changes(obj: models.Model, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Set the fields that differ; returns what changed as [before, after] in words."""
    differing = {}
    for name, value in changes.items():
        before = getattr(obj, name)
        if before != value:
            differing[name] = change_in_words(type(obj), name, before, value)
            setattr(obj, name, value)
    return differing


def change_in_words(model: type[models.Model], name: str, before: Any, after: Any) -> Any:
    """What a record keeps of a changed field: both values, or of a bundle of fields only which ones changed."""
    bundle = BUNDLES.find(name)
    return {"fields": bundle.names(model, before, after)} if bundle is not None else [word(before), word(after)]


def save_checked(obj: models.Model, *, known: Collection[str] = ()) -> None:
    """Save after full validation, so that both doors and every worker meet the same rules.

    `known` names fields that the caller has looked up already: what they point to is there, their value is free.
    """
    try:
        _full_clean(obj, set(known))
    except ValidationError as error:
        raise Invalid(
            {"" if field == "__all__" else field: texts for field, texts in error.message_dict.items()}
        ) from error
    obj.save()


def _full_clean(obj: models.Model, known: set[str]) -> None:
    """Django's own, without the statements for what is known; all errors are told at once, as there."""
    there = {name for name in known if obj._meta.get_field(name).is_relation}
    errors: dict[str, Any] = {}
    for check, spared in (
        (partial(check_names, obj), set()),
        (partial(obj.full_clean, validate_unique=False, validate_constraints=False), there),
        (obj.validate_unique, known),
        (obj.validate_constraints, known),
    ):
        try:
            check(exclude=spared | (errors.keys() - {NON_FIELD_ERRORS}))
        except ValidationError as error:
            errors = error.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)


def check_names(obj: models.Model, exclude: Collection[str] = ()) -> None:
    """Names stand on one line, whoever sent them; a browser's field sends no breaks, a program may."""
    given = {field.name: getattr(obj, field.name) for field in obj._meta.concrete_fields if field.name in NAMES}
    broken = [name for name, text in given.items() if name not in exclude and _CONTROLS.search(text or "")]
    if broken:
        reason = _("Write this on one line, without line breaks or control characters.")
        raise ValidationError(dict.fromkeys(broken, reason))
