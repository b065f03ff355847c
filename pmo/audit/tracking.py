"""Marks a model as tracked: every insert, update and delete leaves an event row that nobody may change."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha1
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.core.exceptions import ImproperlyConfigured
from django.db import models

M = TypeVar("M", bound=type[models.Model])


_functions: dict[str, str] = {}
"""The database functions of triggers by name, with the table that each serves."""


def no_truncate(suffix: str = "") -> pgtrigger.Trigger:
    """TRUNCATE passes row triggers by, so it needs its own; test databases switch it off by a session setting."""
    return pgtrigger.Trigger(
        name=f"no_truncate{suffix}",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="""
            IF coalesce(current_setting('pmo.test_database', true), '') <> 'on' THEN
                RAISE EXCEPTION 'history is never truncated';
            END IF;
            RETURN NULL;
        """,
    )


def append_only_triggers() -> list[pgtrigger.Trigger]:
    """Triggers of a table whose rows are only ever added."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete), no_truncate()]


def tracked(*, exclude: list[str] | None = None, suffix: str = "") -> Callable[[M], M]:
    """Class decorator of a domain model: keeps its whole history in an append-only event table.

    The database knows a trigger by its name and five letters of a digest of its model; `suffix` is for a model whose
    letters are those of another.
    """

    def decorate(model: M) -> M:
        label, name = model._meta.label, model._meta.object_name
        assert name is not None
        kinds = {"insert": pghistory.InsertEvent, "update": pghistory.UpdateEvent, "delete": pghistory.DeleteEvent}
        names = {kind: f"{kind}_{kind}{suffix}" for kind in kinds}
        _insist_free([f"{label}:{each}" for each in names.values()] + [f"{label}Event:no_truncate{suffix}"])
        meta: dict[str, Any] = {
            "indexes": [
                models.Index(fields=["pgh_obj", "-pgh_created_at", "-pgh_id"], name=f"{name.lower()[:18]}_as_of"),
            ],
            "triggers": [no_truncate(suffix)],
        }
        wrapped: M = pghistory.track(
            *(event(trigger_name=names[kind]) for kind, event in kinds.items()),
            exclude=exclude,
            model_name=f"{name}Event",
            meta=meta,
            append_only=True,
        )(model)
        return wrapped  # type: ignore[no-any-return]

    return decorate


def _insist_free(addresses: list[str]) -> None:
    """Stop at start where two triggers would share a function of the database, and say how to part them."""
    for address in addresses:
        table, _colon, trigger = address.partition(":")
        function = f"{trigger}_{sha1(address.encode(), usedforsecurity=False).hexdigest()[:5]}"
        if _functions.setdefault(function, table) != table:
            raise ImproperlyConfigured(
                f"The trigger {trigger} of {table} would be called as that of {_functions[function]}. "
                f"""Write @tracked(suffix="_2") above the newer of the two models."""
            )


def event_model_of(model: type[models.Model]) -> type[models.Model]:
    """The event table of a tracked model; personal details have one of their own, which can be erased."""
    concrete = model._meta.concrete_model or model
    for candidate in pghistory.core.event_models(tracks_model=concrete):
        if not getattr(candidate, "erasable", False):
            return candidate  # type: ignore[no-any-return]
    raise LookupError(f"{model.__name__} is not tracked.")
