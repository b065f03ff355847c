"""Writes the record of an act beside the history rows of what it changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pghistory
from django.db import models
from pghistory.models import Context

from pmo.access import reliance
from pmo.access.models import User
from pmo.audit import ambience
from pmo.audit.acting import nested
from pmo.audit.models import Record
from pmo.audit.persons import label_of, without_persons

BATCH = 500


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
    _explain(note)
    kept = _record(actor, code, obj, changes=changes, note=note, label=label)
    kept.save()
    return kept


def record_all(
    actor: User,
    code: str,
    labelled: Mapping[models.Model, str],
    *,
    changes: Mapping[int, dict[str, Any]] | None = None,
) -> None:
    """Keep who did `code` to many objects, each with its label and, by id, its changes; in one statement."""
    known = changes or {}
    rows = (_record(actor, code, obj, changes=known.get(obj.pk), label=label) for obj, label in labelled.items())
    Record.objects.bulk_create(rows, batch_size=BATCH)


def principals_in(obj: models.Model, actors: Collection[int]) -> set[int]:
    """On whose behalf these people acted on the object; nobody when nobody acted."""
    if not actors:
        return set()
    about = Record.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk, actor__in=actors)
    return {pk for pk in about.values_list("on_behalf_of", flat=True) if pk is not None}


def _record(
    actor: User,
    code: str,
    obj: models.Model | None,
    *,
    changes: dict[str, Any] | None = None,
    note: str = "",
    label: str = "",
) -> Record:
    here = ambience.current()
    return Record(
        actor=actor,
        on_behalf_of_id=reliance.principal(),
        verb=code,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        object_label=label_of(obj, label)[:200],
        project_id=_project_of(obj),
        changes=without_persons(obj, changes or {}),
        note=note,
        source=here.source,
        request_id=here.request_id,
        token=here.token,
    )


def _explain(note: str) -> None:
    """Put the reason beside the events of this act, also beside those written already.

    The reason of a part stays on its own record: the rest of the act had another one, or none.
    """
    if note and not nested():
        with pghistory.context(note=note) as act:
            Context.objects.filter(pk=act.id).update(metadata=act.metadata)


def _project_of(obj: Any) -> int | None:
    if obj is None:
        return None
    found = getattr(obj, "project_id", None)
    if found is None and obj._meta.label_lower == "portfolio.project":
        return int(obj.pk)
    return found
