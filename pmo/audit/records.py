"""Writes the record of an act beside the history rows of what it changed."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from pghistory.models import Context

from pmo.access.models import User
from pmo.audit import ambience
from pmo.audit.models import Record


def record(
    actor: User,
    code: str,
    obj: models.Model | None,
    *,
    changes: dict[str, Any] | None = None,
    note: str = "",
    label: str = "",
) -> Record:
    """Keep who did `code` to `obj`, with a note when a reason was given."""
    if note:
        _explain(note)
    here = ambience.current()
    return Record.objects.create(
        actor=actor,
        verb=code,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        object_label=(label or str(obj))[:200],
        project_id=_project_of(obj),
        changes=changes or {},
        note=note,
        source=here.source,
        request_id=here.request_id,
        token=here.token,
    )


def _explain(note: str) -> None:
    """Put the reason beside the events of this act, also beside those that are written already."""
    with pghistory.context(note=note) as act:
        Context.objects.filter(pk=act.id).update(metadata=act.metadata)


def _project_of(obj: Any) -> int | None:
    if obj is None:
        return None
    found = getattr(obj, "project_id", None)
    if found is None and obj._meta.label_lower == "portfolio.project":
        return int(obj.pk)
    return found
