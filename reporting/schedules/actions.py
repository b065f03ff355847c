"""Verbs on schedules: set up, change, remove, and turn due slots into runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action, lock
from pmo.audit.edit import apply_changes, save_checked
from pmo.audit.records import record
from reporting.packs import actions as packs
from reporting.packs.models import Pack
from reporting.schedules import rules
from reporting.schedules.models import PackSchedule


@action("pack.edit")
def create_schedule(fields: Mapping[str, Any], *, actor: User) -> PackSchedule:
    """A new schedule; its first slot is the next one, never one that has passed."""
    schedule = PackSchedule(**fields)
    require(actor, "pack.edit", schedule.pack, view="pack.view")
    save_checked(schedule)
    record(actor, "pack.edit", schedule)
    return schedule


@action("pack.edit")
def edit_schedule(
    schedule: PackSchedule, changes: Mapping[str, Any], *, actor: User, version: int | None
) -> PackSchedule:
    """Change when the pack is made. Slots before the change are not caught up with the new times."""
    current = lock(PackSchedule.objects.visible_to(actor).select_related("pack"), schedule.pk, version=version)
    require(actor, "pack.edit", current.pack, view="pack.view")
    differing = apply_changes(current, changes)
    if differing:
        current.version += 1
        current.checked_until = timezone.now()
        save_checked(current)
        record(actor, "pack.edit", current, changes=differing)
    return current


@action("pack.edit")
def remove_schedule(schedule_id: int, *, actor: User, version: int | None = None) -> Pack:
    """Stop making the pack by itself; runs that were made are kept."""
    schedule = lock(PackSchedule.objects.visible_to(actor).select_related("pack"), schedule_id, version=version)
    require(actor, "pack.edit", schedule.pack, view="pack.view")
    record(actor, "pack.edit", schedule, changes={"schedule": [str(schedule), ""]})
    pack = schedule.pack
    schedule.delete()
    return pack


@action("pack.run")
def tick(*, actor: User) -> int:
    """Turn the slots that came due into runs; two ticks at once share the work and double nothing."""
    now = timezone.now()
    due = PackSchedule.objects.select_for_update(of=("self",), skip_locked=True).filter(enabled=True)
    return sum(_tick_one(schedule, now, actor) for schedule in due.select_related("pack"))


def _tick_one(schedule: PackSchedule, now: Any, actor: User) -> int:
    made = 0
    for slot in rules.due_slots(schedule.cron, schedule.time_zone, schedule.checked_until, now):
        at = rules.business_date(slot, schedule.time_zone)
        made += packs.request_slot(schedule.pack, schedule.pk, slot, at, actor=actor) is not None
    PackSchedule.objects.filter(pk=schedule.pk).update(checked_until=now)
    return made
