"""Tells a record as people say it: who did what to what, with what changed and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.audit.history import Change, field_label
from pmo.audit.models import Record
from pmo.audit.persons import acting_person, named, names_in

VERBS: dict[str, str | Promise] = {
    "portfolio.edit": gettext_lazy("changed"),
    "project.create": gettext_lazy("created"),
    "project.edit": gettext_lazy("changed"),
    "project.assign_manager": gettext_lazy("appointed the manager of"),
    "status.write": gettext_lazy("opened"),
    "status.submit": gettext_lazy("submitted"),
    "status.check": gettext_lazy("returned"),
    "status.publish": gettext_lazy("published"),
    "action.raise": gettext_lazy("raised the action item"),
    "action.edit": gettext_lazy("changed the action item"),
    "notice.prefer": gettext_lazy("chose how to be told:"),
    "absence.edit": gettext_lazy("changed the absence of"),
    "status.remind": gettext_lazy("asked for the report of"),
    "user.edit": gettext_lazy("changed the account"),
    "grant.edit": gettext_lazy("changed the roles of"),
    "settings.edit": gettext_lazy("changed the settings of"),
    "field.edit": gettext_lazy("changed the custom field"),
    "token.manage": gettext_lazy("changed the token"),
    "delegation.manage": gettext_lazy("changed the delegation"),
    "user.erase": gettext_lazy("erased the personal data of"),
    "audit.verify": gettext_lazy("had verified:"),
    "import.run": gettext_lazy("imported"),
    "pack.edit": gettext_lazy("changed the pack"),
    "pack.run": gettext_lazy("had a pack made:"),
    "pack.made": gettext_lazy("made"),
    "pack.download": gettext_lazy("downloaded"),
}

SHORT_ACCOUNT = 3
REASONS = "absent"
"""The field that keeps why figures are missing; the figures themselves tell that they went."""


@dataclass(frozen=True)
class Sentence:
    """One act in words."""

    at: datetime
    actor: str
    verb: str
    label: str
    changes: tuple[Change, ...]
    note: str
    source: str

    @property
    def more(self) -> int:
        """How many changes a short account with three of them leaves out."""
        return max(len(self.changes) - SHORT_ACCOUNT, 0)


def told(records: Iterable[Record]) -> list[Sentence]:
    """The records in words; they need `actor` and `on_behalf_of` selected. One query when they mention people."""
    rows = list(records)
    names = names_in(record.changes for record in rows)
    return [_told(record, names) for record in rows]


def _told(record: Record, names: Mapping[int, str]) -> Sentence:
    return Sentence(
        at=record.at,
        actor=acting_person(str(record.actor), str(record.on_behalf_of or "")),
        verb=_verb(record),
        label=getattr(record, "label", record.object_label),
        changes=tuple(_changes(record, names)),
        note=record.note,
        source=record.source,
    )


def _verb(record: Record) -> str:
    if record.changes.get("state") == ["submitted", "draft"]:
        return _("took back")
    return str(VERBS.get(record.verb, record.verb))


def model_of(record: Record) -> Any:
    """The kind of object that a record tells of."""
    return apps.get_model(record.object_type)


def _changes(record: Record, names: Mapping[int, str]) -> Iterable[Change]:
    """What changed in words; the move from state to state is told by the verb already."""
    if not record.object_type:
        return
    model = model_of(record)
    for name, pair in record.changes.items():
        if name not in ("state", REASONS) and isinstance(pair, list) and len(pair) in (0, 2):
            before, after = (named(str(each), names) for each in pair or ("", ""))
            yield Change(capfirst(field_label(model, name)), before, after)
        elif isinstance(pair, dict):
            yield from (Change(label or _("A field that not everybody sees"), "", "") for label in pair["fields"])
