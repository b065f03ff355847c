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
from django.utils.translation import pgettext, pgettext_lazy

from pmo.access import preferences
from pmo.audit.history import Change, field_label
from pmo.audit.models import Record
from pmo.audit.persons import acting_person, named, names_in

VERBS: dict[str, str | Promise] = {
    "portfolio.edit": pgettext_lazy("who did", "changed"),
    "project.create": pgettext_lazy("who did", "created"),
    "project.edit": pgettext_lazy("who did", "changed"),
    "project.assign_manager": pgettext_lazy("who did", "appointed the manager of"),
    "status.write": pgettext_lazy("who did", "opened"),
    "status.submit": pgettext_lazy("who did", "submitted"),
    "status.check": pgettext_lazy("who did", "returned"),
    "status.publish": pgettext_lazy("who did", "published"),
    "action.raise": pgettext_lazy("who did", "raised the action item"),
    "action.edit": pgettext_lazy("who did", "changed the action item"),
    "attachment.add": pgettext_lazy("who did", "added or changed the file"),
    "attachment.approve": pgettext_lazy("who did", "decided on the file"),
    "attachment.withdraw": pgettext_lazy("who did", "withdrew or brought back the file"),
    "comment.write": pgettext_lazy("who did", "commented on"),
    "comment.moderate": pgettext_lazy("who did", "removed a comment on"),
    "view.edit": pgettext_lazy("who did", "changed the view"),
    "view.share": pgettext_lazy("who did", "chose what a list opens with:"),
    "export.run": pgettext_lazy("who did", "exported"),
    "notice.prefer": pgettext_lazy("who did", "chose how to be told:"),
    "absence.edit": pgettext_lazy("who did", "changed the absence of"),
    "status.remind": pgettext_lazy("who did", "asked for the report of"),
    "user.edit": pgettext_lazy("who did", "changed the account"),
    "grant.edit": pgettext_lazy("who did", "changed the roles of"),
    "settings.edit": pgettext_lazy("who did", "changed the settings of"),
    "field.edit": pgettext_lazy("who did", "changed the custom field"),
    "token.manage": pgettext_lazy("who did", "changed the token"),
    "delegation.manage": pgettext_lazy("who did", "changed the delegation"),
    "user.erase": pgettext_lazy("who did", "erased the personal data of"),
    "audit.verify": pgettext_lazy("who did", "had verified:"),
    "retention.sweep": pgettext_lazy("who did", "removed what had been kept long enough:"),
    "import.run": pgettext_lazy("who did", "imported"),
    "backup.made": pgettext_lazy("who did", "made a backup of"),
    "pack.edit": pgettext_lazy("who did", "changed the pack"),
    "pack.run": pgettext_lazy("who did", "had a pack made:"),
    "pack.made": pgettext_lazy("who did", "made"),
    "pack.failed": pgettext_lazy("who did", "could not make"),
    "pack.published": pgettext_lazy("who did", "published"),
    "pack.download": pgettext_lazy("who did", "downloaded"),
}

MOVES: dict[tuple[str, str], str | Promise] = {}
"""What moving an object to a state by a verb is called, where the verb alone does not tell; filled at start."""

SHORT_ACCOUNT = 3
REASONS = "absent"
"""The field that keeps why figures are missing; the figures themselves tell that they went."""


@dataclass(frozen=True)
class Removal(Change):
    """How many records of one kind were removed; `before` is their number."""

    @property
    def sentence(self) -> str:
        return _("%(field)s: %(count)s removed") % {"field": self.field, "count": self.before}


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
        return pgettext("who did", "took back")
    moved = MOVES.get((record.verb, str((record.changes.get("state") or [""])[-1])))
    return str(moved or VERBS.get(record.verb, record.verb))


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
        elif isinstance(pair, dict) and "removed" in pair:
            yield Removal(capfirst(field_label(model, name)), preferences.number(pair["removed"]), "")
        elif isinstance(pair, dict):
            yield from (Change(label or _("A field that not everybody sees"), "", "") for label in pair["fields"])
