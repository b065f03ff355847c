"""What the system knew at an instant: rows of tracked models as they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from pmo.audit.tracking import event_model_of


def rows_as_of(
    model: type[models.Model], instant: datetime, ids: Iterable[int] | None = None
) -> models.QuerySet[models.Model]:
    """The last event of each object at or before `instant`, without those deleted by then; one SQL query.

    Give `ids` of objects that the viewer may see: history knows no permissions of its own.
    """
    events = event_model_of(model)._default_manager.filter(pgh_created_at__lte=instant)
    if ids is not None:
        events = events.filter(pgh_obj_id__in=ids)
    latest = events.order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id").values("pgh_id")
    return event_model_of(model)._default_manager.filter(pgh_id__in=latest).exclude(pgh_label="delete")


def as_of(obj: models.Model, instant: datetime) -> models.Model | None:
    """An unsaved copy of the object as it was, or None when it did not exist then."""
    event: Any = rows_as_of(type(obj), instant, [obj.pk]).first()
    if event is None:
        return None
    names = [field.attname for field in type(obj)._meta.concrete_fields if hasattr(event, field.attname)]
    return type(obj)(**{name: getattr(event, name) for name in names})
