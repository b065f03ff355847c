"""Marks a model as tracked: every insert, update and delete leaves an event row that nobody may change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import models

M = TypeVar("M", bound=type[models.Model])


def no_truncate() -> pgtrigger.Trigger:
    """TRUNCATE passes row triggers by, so it needs its own; test databases switch it off by a session setting."""
    return pgtrigger.Trigger(
        name="no_truncate",
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


def tracked(*, exclude: list[str] | None = None) -> Callable[[M], M]:
    """Class decorator of a domain model: keeps its whole history in an append-only event table."""

    def decorate(model: M) -> M:
        name = model._meta.object_name
        assert name is not None
        meta: dict[str, Any] = {
            "indexes": [
                models.Index(fields=["pgh_obj", "-pgh_created_at", "-pgh_id"], name=f"{name.lower()[:18]}_as_of"),
            ],
            "triggers": [no_truncate()],
        }
        wrapped: M = pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=exclude,
            model_name=f"{name}Event",
            meta=meta,
            append_only=True,
        )(model)
        return wrapped  # type: ignore[no-any-return]

    return decorate


def event_model_of(model: type[models.Model]) -> type[models.Model]:
    """The event table of a tracked model; personal details have one of their own, which can be erased."""
    concrete = model._meta.concrete_model or model
    for candidate in pghistory.core.event_models(tracks_model=concrete):
        if not getattr(candidate, "erasable", False):
            return candidate  # type: ignore[no-any-return]
    raise LookupError(f"{model.__name__} is not tracked.")
