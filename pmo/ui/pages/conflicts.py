"""Two people changed one object: what each wrote, and who was faster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from pmo.audit.models import Record


@dataclass(frozen=True)
class Conflict:
    """A field whose stored value is not what the reader's form says."""

    label: str
    yours: str
    current: str


def conflicts_of(form: Any, current: Any) -> list[Conflict]:
    """The fields that the reader changed and whose stored value is another one by now."""
    found = []
    for name in form.changed_data:
        bound = form[name]
        stored = form.stored(current, name) if hasattr(form, "stored") else getattr(current, name, None)
        if name in form.cleaned_data and form.cleaned_data[name] != stored:
            found.append(Conflict(str(bound.label), _shown(form.cleaned_data[name]), _shown(stored)))
    return found


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def last_act(current: Any) -> Record | None:
    """The latest recorded act on the object: who and when; None for what no record tells."""
    if not isinstance(current, Model):
        return None
    acts = Record.objects.filter(object_type=current._meta.label_lower, object_id=current.pk)
    return acts.select_related("actor", "on_behalf_of").first()
