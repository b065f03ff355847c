"""A former value of one field, found in the events of an object, ready to be put back by a plain edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.text import capfirst

from pmo.audit.history import words_for
from pmo.audit.tracking import event_model_of

LARGEST_KEY = 2**31 - 1


@dataclass(frozen=True)
class Former:
    """What a field was just before an event."""

    object_id: int
    field: Any
    value: Any
    until: datetime

    @property
    def label(self) -> str:
        return capfirst(str(self.field.verbose_name))

    @property
    def change(self) -> dict[str, Any]:
        """The edit that puts it back; a related object that is gone since is nothing."""
        if not self.field.is_relation:
            return {self.field.name: self.value}
        found = self.field.related_model._base_manager.filter(pk=self.value).first()
        return {self.field.name: found}

    @property
    def words(self) -> str:
        return words_for(self.field, self.value)

    def words_of(self, obj: models.Model) -> str:
        """The value of today."""
        return words_for(self.field, getattr(obj, self.field.attname))


def former(model: type[models.Model], event: int, name: str) -> Former | None:
    """The value of the field before that event; None for the first event of an object or one that does not exist."""
    events = event_model_of(model)._default_manager
    row: Any = events.filter(pgh_id=event).first() if event <= LARGEST_KEY else None
    if row is None:
        return None
    earlier = events.filter(pgh_obj_id=row.pgh_obj_id, pgh_created_at__lte=row.pgh_created_at, pgh_id__lt=row.pgh_id)
    before: Any = earlier.order_by("-pgh_created_at", "-pgh_id").first()
    field: Any = model._meta.get_field(name)
    if before is None or not hasattr(before, field.attname):
        return None
    return Former(row.pgh_obj_id, field, getattr(before, field.attname), row.pgh_created_at)
