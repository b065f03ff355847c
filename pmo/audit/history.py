"""Tells the history of an object in sentences: who changed what from what to what, by which door, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access import preferences
from pmo.access.models import User
from pmo.access.policy import type_of_user
from pmo.audit.offers import BUNDLES, Teller
from pmo.audit.persons import acting_person
from pmo.audit.tracking import event_model_of

SOURCES: dict[str, str | Promise] = {
    "page": gettext_lazy("Page"),
    "rest": gettext_lazy("REST"),
    "worker": gettext_lazy("Worker"),
    "import": gettext_lazy("Import"),
    "command": gettext_lazy("Command"),
    "shell": gettext_lazy("Shell"),
    "sample": gettext_lazy("Sample"),
}
"""The doors by which writes come, as `ambience` names them."""
SILENT = {"version", "updated_at", "created_at", "id"}


@dataclass(frozen=True)
class Change:
    """One field's move, in words; `name` is the field's own, when its former value could be put back."""

    field: str
    before: str
    after: str
    name: str = ""

    @property
    def sentence(self) -> str:
        words = {"field": self.field, "before": self.before, "after": self.after}
        if not self.before and not self.after:
            return _("%(field)s changed") % words
        if not self.before:
            return _("%(field)s set to %(after)s") % words
        if not self.after:
            return _("%(field)s cleared, was %(before)s") % words
        return _("%(field)s changed from %(before)s to %(after)s") % words


@dataclass(frozen=True)
class Happening:
    """Everything one act did to one object; `kind` and `event` say where it is kept, `request_id` joins it to more."""

    at: datetime
    actor: str
    what: str
    changes: tuple[Change, ...]
    note: str
    source: str
    verb: str
    request_id: str = ""
    kind: str = ""
    event: int = 0

    @property
    def door(self) -> str:
        """By which door it came, in words."""
        return str(SOURCES.get(self.source, self.source)) if self.source else _("outside the application")


def history_of(
    objects: Sequence[models.Model],
    *,
    limit: int = 50,
    events: Any = None,
    reader: type_of_user | None = None,
    until: datetime | None = None,
) -> list[Happening]:
    """The latest happenings of objects of one model, newest first; two queries plus one for related names.

    `events` is another event table of the model than the usual one; `until` leaves out what came later. Custom
    fields are told as far as `reader` sees them, without one as far as everybody does.
    """
    if not objects:
        return []
    model = type(objects[0])
    events = events or event_model_of(model)
    found = events._default_manager.filter(pgh_obj_id__in=[each.pk for each in objects]).select_related("pgh_context")
    if until is not None:
        found = found.filter(pgh_created_at__lte=until)
    rows: list[Any] = list(found.order_by("-pgh_created_at", "-pgh_id")[: limit + len(objects)])
    return _told(model, rows, reader)[:limit]


def happenings(model: type[models.Model], events: Sequence[Any], *, reader: type_of_user | None) -> list[Happening]:
    """What events of one object tell, newest first: each against the one before it, the last against one more row."""
    if not events:
        return []
    oldest = events[-1]
    earlier = type(oldest)._default_manager.filter(
        models.Q(pgh_created_at__lt=oldest.pgh_created_at) | models.Q(pgh_id__lt=oldest.pgh_id),
        pgh_obj_id=oldest.pgh_obj_id,
        pgh_created_at__lte=oldest.pgh_created_at,
    )
    before = list(earlier.order_by("-pgh_created_at", "-pgh_id")[:1])
    return _told(model, [*events, *before], reader)[: len(events)]


def _told(model: type[models.Model], rows: Sequence[Any], reader: type_of_user | None) -> list[Happening]:
    before = _predecessors(rows)
    names = _Names(model, rows, reader)
    actors = _actors(rows)
    return [_happening(model, row, before.get(row.pgh_id), names, actors) for row in rows]


def _predecessors(rows: Sequence[Any]) -> dict[int, Any]:
    """For each event the one before it on the same object (rows are newest first)."""
    following: dict[int, int] = {}
    found: dict[int, Any] = {}
    for row in rows:
        if row.pgh_obj_id in following:
            found[following[row.pgh_obj_id]] = row
        following[row.pgh_obj_id] = row.pgh_id
    return found


def _actors(rows: Iterable[Any]) -> dict[int, str]:
    told = [_metadata(row) for row in rows]
    ids: set[int] = {each for facts in told for each in (facts.get("actor"), facts.get("on_behalf_of")) if each}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}


def _metadata(row: Any) -> dict[str, Any]:
    return row.pgh_context.metadata if row.pgh_context else {}


def _happening(model: type[models.Model], row: Any, before: Any, names: _Names, actors: dict[int, str]) -> Happening:
    facts = _metadata(row)
    return Happening(
        at=row.pgh_created_at,
        actor=acting_person(
            actors.get(facts.get("actor", 0), _("Unknown")), actors.get(facts.get("on_behalf_of", 0), "")
        ),
        what=_what(row.pgh_label, str(model._meta.verbose_name), facts.get("verb", "")),
        changes=tuple(_changes(model, before, row, names)) if before is not None else (),
        note=facts.get("note", ""),
        source=facts.get("source", ""),
        verb=facts.get("verb", ""),
        request_id=facts.get("request_id", ""),
        kind=model._meta.label_lower,
        event=row.pgh_id,
    )


def _what(label: str, noun: str, verb: str) -> str:
    sentences = {"insert": _("created this %(noun)s"), "delete": _("deleted this %(noun)s")}
    if verb == "import.run":
        sentences = {"insert": _("imported this %(noun)s"), "update": _("changed this %(noun)s by an import")}
    return sentences.get(label, _("changed this %(noun)s")) % {"noun": noun}


def _changes(model: type[models.Model], before: Any, after: Any, names: _Names) -> Iterable[Change]:
    silent = SILENT | getattr(model, "quiet_fields", frozenset())
    for field in model._meta.concrete_fields:
        if field.name in silent or not hasattr(after, field.attname):
            continue
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if field.name in names.tellers:
            yield from (Change(*move) for move in names.tellers[field.name](old, new))
        elif old != new:
            label = capfirst(str(field.verbose_name))
            yield Change(label, names.word(field, old), names.word(field, new), field.name)


class _Names:
    """Words for values; the names of related objects are read at once, not one by one."""

    def __init__(self, model: type[models.Model], rows: Sequence[Any], reader: type_of_user | None = None) -> None:
        self.tellers: dict[str, Teller] = BUNDLES.tellers(model, reader)
        self.related = {
            field.name: self._read(field, {getattr(row, field.attname, None) for row in rows} - {None})
            for field in model._meta.concrete_fields
            if field.is_relation
        }

    @staticmethod
    def _read(field: Any, ids: set[Any]) -> dict[Any, str]:
        return {each.pk: str(each) for each in field.related_model._base_manager.filter(pk__in=ids)} if ids else {}

    def word(self, field: Any, value: Any) -> str:
        if field.name in self.related and value is not None:
            return self.related[field.name].get(value, f"#{value}")
        return _stated(field, value)


def _stated(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{preferences.day(local)}, {local:%H:%M}"
    if isinstance(value, date):
        return preferences.day(value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {part}" for key, part in value.items())
    if isinstance(value, Decimal):
        return preferences.number(value)
    return str(localize(value))


def words_for(field: Any, value: Any) -> str:
    """One value of one field, in words."""
    if field.is_relation:
        found = field.related_model._base_manager.filter(pk=value).first() if value is not None else None
        return str(found or "")
    return _stated(field, value)


def field_label(model: type[models.Model], name: str) -> str:
    """A field's human name, or the name itself."""
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        told = getattr(model, "label_in_history", None)
        return str(told(name)) if told is not None else name
