"""Verbs on one's own notices: how to be told, when one is away, what is put aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action, lock
from pmo.audit.edit import apply_changes, save_checked
from pmo.audit.records import record
from pmo.kernel.errors import Broken
from pmo.notices.models import Absence, Habit, Notice, Preference, Snooze
from pmo.notices.offers import KINDS, Channels
from pmo.organisation.models import Organisation

LONGEST_SNOOZE = timedelta(days=366)
HABIT_FIELDS = ("cadence", "hour", "weekday")


@action("notice.prefer")
def prefer(channels: Mapping[str, Channels], habit: Mapping[str, Any], *, actor: User) -> None:
    """How the person wants to be told of each kind, and when the digest comes."""
    _keep(actor, channels, habit)
    record(actor, "notice.prefer", actor)


@action("settings.edit")
def suggest(channels: Mapping[str, Channels], habit: Mapping[str, Any], *, actor: User) -> None:
    """What holds for everybody who has not chosen for himself."""
    require(actor, "settings.edit", view="settings.view")
    _keep(None, channels, habit)
    record(actor, "settings.edit", Organisation.current(), note=_("How people are told"))


def _keep(owner: User | None, channels: Mapping[str, Channels], habit: Mapping[str, Any]) -> None:
    for slug, how in channels.items():
        in_app = how.in_app or KINDS.find(slug).fixed
        Preference.objects.update_or_create(user=owner, kind=slug, defaults={"in_app": in_app, "mail": how.mail})
    row = Habit.objects.filter(user=owner).first() or Habit(user=owner)
    if apply_changes(row, {name: habit[name] for name in HABIT_FIELDS if name in habit}) or row.pk is None:
        save_checked(row)


@action("notice.prefer")
def follow_suggestions(*, actor: User) -> None:
    """Forget the person's own choices; the organisation's hold again."""
    Preference.objects.filter(user=actor).delete()
    Habit.objects.filter(user=actor).delete()
    record(actor, "notice.prefer", actor)


# --- being away ---
@action("absence.edit")
def go_away(*, starts_on: date, ends_on: date, deputy: User | None = None, note: str = "", actor: User) -> Absence:
    """Say from when to when one is away and who stands in."""
    if ends_on < timezone.localdate():
        raise Broken(_("These days are over."), field="ends_on")
    _check_deputy(deputy)
    absence = Absence(user=actor, starts_on=starts_on, ends_on=ends_on, deputy=deputy, note=note)
    save_checked(absence)
    record(actor, "absence.edit", absence)
    return absence


@action("absence.edit")
def change_absence(pk: int, changes: Mapping[str, Any], *, actor: User, version: int | None = None) -> Absence:
    """Change the days, the deputy or the note of one's own absence."""
    absence = lock(Absence.objects.filter(user=actor), pk, version=version)
    _check_deputy(changes.get("deputy"))
    differing = apply_changes(absence, changes)
    if differing:
        absence.version += 1
        save_checked(absence)
        record(actor, "absence.edit", absence, changes=differing)
    return absence


@action("absence.edit")
def come_back(pk: int, *, actor: User) -> None:
    """Take an absence away: one is there again from now on."""
    absence = lock(Absence.objects.filter(user=actor), pk)
    record(actor, "absence.edit", absence)
    absence.delete()


def _check_deputy(deputy: User | None) -> None:
    if deputy is not None and (not deputy.is_active or deputy.is_service):
        raise Broken(_("Choose somebody who works here as deputy."), field="deputy")


# --- putting work aside ---
def snooze(key: str, until: date, *, actor: User) -> Snooze:
    """Put an item of work aside until a day; the item itself does not change, so there is no record."""
    today = timezone.localdate()
    if until <= today:
        raise Broken(_("Choose a day after today."), field="until")
    if until > today + LONGEST_SNOOZE:
        raise Broken(_("Choose a day within a year."), field="until")
    row, _made = Snooze.objects.update_or_create(user=actor, key=key[:80], defaults={"until": until})
    return row


def wake(key: str, *, actor: User) -> None:
    """Bring an item back at once."""
    Snooze.objects.filter(user=actor, key=key[:80]).delete()


# --- reading ---
@transaction.atomic
def read(pk: int, *, actor: User) -> Notice:
    """Mark one's own notice as read."""
    notice = lock(Notice.objects.filter(user=actor), pk)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


def read_all(*, actor: User) -> int:
    """Mark all notices of the person as read; returns how many were not."""
    return Notice.objects.shown_to(actor).unread().update(read_at=timezone.now())
