"""Verbs on action items: raise, edit, assign, start, complete, cancel, reopen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action, lock
from pmo.audit.edit import apply_changes, save_checked
from pmo.audit.records import record
from pmo.followups.models import EDITABLE, ActionItem
from pmo.followups.offers import PARENTS
from pmo.followups.rules import FLOW, OPEN_STATES
from pmo.kernel.errors import Broken, WrongState
from pmo.notices import outbox
from pmo.workflow import engine

VIEW = "action.view"


def _locked(pk: int, actor: User, version: int | None) -> ActionItem:
    return lock(ActionItem.objects.visible_to(actor).select_related("owner"), pk, version=version)


@action("action.raise")
def raise_item(
    *, title: str, owner: User, actor: User, parent: models.Model | None = None, **fields: Any
) -> ActionItem:
    """A new action item, on an object that the actor may see or standing free; its owner is told."""
    require(actor, "action.raise", parent)
    _check_owner(owner)
    item = ActionItem(title=title, owner=owner, created_by=actor, **fields)
    if parent is not None:
        item.parent_type, item.parent_id = PARENTS.of_object(parent).type, parent.pk
    save_checked(item)
    record(actor, "action.raise", item)
    _tell_owner(item, actor)
    return item


@action("action.edit")
def edit_item(pk: int, changes: Mapping[str, Any], *, actor: User, version: int | None = None) -> ActionItem:
    """Change what an open action item says; a new owner is told."""
    item = _locked(pk, actor, version)
    require(actor, "action.edit", item, view=VIEW)
    insist_open(item)
    if "owner" in changes:
        _check_owner(changes["owner"])
    before = item.owner
    differing = apply_changes(item, {name: value for name, value in changes.items() if name in EDITABLE})
    if differing:
        item.version += 1
        save_checked(item)
        record(actor, "action.edit", item, changes=differing)
    if item.owner != before:
        _tell_owner(item, actor)
    return item


def insist_open(item: ActionItem) -> None:
    """Raises WrongState for a closed item, whose words stay."""
    if not item.is_open:
        raise WrongState(_("This action item is closed. Reopen it to change it."))


def _check_owner(owner: User) -> None:
    if not owner.is_active or owner.is_service:
        raise Broken(_("Choose somebody who works here as owner."), field="owner")


def _tell_owner(item: ActionItem, actor: User) -> None:
    if item.owner_id != actor.pk:
        outbox.enqueue("followups.tell_owner", item.pk, item.version, actor.pk)


def assign(pk: int, *, owner: User, actor: User, version: int | None = None) -> ActionItem:
    """Give an action item to somebody else."""
    return edit_item(pk, {"owner": owner}, actor=actor, version=version)


def set_due(pk: int, *, due_on: date | None, actor: User, version: int | None = None) -> ActionItem:
    """Move the day until which an action item is to be done."""
    return edit_item(pk, {"due_on": due_on}, actor=actor, version=version)


@action("action.edit")
def start(pk: int, *, actor: User, version: int | None = None, note: str = "") -> ActionItem:
    """Somebody has begun."""
    return _move(pk, "start", actor, version, note)


@action("action.edit")
def complete(pk: int, *, actor: User, version: int | None = None, note: str = "") -> ActionItem:
    """It is done; who asked for it is told."""
    return _move(pk, "complete", actor, version, note)


@action("action.edit")
def cancel(pk: int, note: str = "", *, actor: User, version: int | None = None) -> ActionItem:
    """It is no longer wanted, for a reason."""
    return _move(pk, "cancel", actor, version, note)


@action("action.edit")
def reopen(pk: int, note: str = "", *, actor: User, version: int | None = None) -> ActionItem:
    """It is to be done after all, for a reason."""
    return _move(pk, "reopen", actor, version, note)


def _move(pk: int, verb: str, actor: User, version: int | None, note: str) -> ActionItem:
    item = _locked(pk, actor, version)
    require(actor, "action.edit", item, view=VIEW)
    engine.move(item, verb, actor=actor, flow=FLOW, note=note)
    item.closed_at = None if item.state in OPEN_STATES else timezone.now()
    if note.strip():
        item.comment = note.strip()
    item.version += 1
    save_checked(item)
    if actor.pk != item.created_by_id or actor.pk != item.owner_id:
        outbox.enqueue("followups.tell_move", item.pk, item.version, actor.pk, verb)
    return item
