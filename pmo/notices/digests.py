"""Opens the digest of everybody whose hour has come, once for each day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pmo.access.models import User
from pmo.notices import letters
from pmo.notices.models import Habit, Letter
from pmo.notices.rules import due_slot
from pmo.organisation.models import Organisation
from pmo.organisation.queries import zone_named


def open_due(now: datetime | None = None) -> int:
    """Letters for all digests that are due; the unique occasion keeps a slot to one letter. Returns how many."""
    at = now or timezone.now()
    wanted = [Letter(user=user, kind=Letter.Kind.DIGEST, occasion=slot) for user, slot in _due(at)]
    slots = {letter.occasion for letter in wanted}
    with transaction.atomic():
        known = set(Letter.objects.filter(occasion__in=slots).values_list("user_id", "occasion"))
        fresh = [letter for letter in wanted if (letter.user_id, letter.occasion) not in known]
        Letter.objects.bulk_create(fresh, ignore_conflicts=True)
        written = Letter.objects.filter(user__in=[letter.user_id for letter in fresh], occasion__in=slots)
        letters.hand_over(written.filter(state=Letter.State.WAITING).values_list("pk", flat=True))
    return len(fresh)


def _due(now: datetime) -> list[tuple[User, str]]:
    habits = {habit.user_id: habit for habit in Habit.objects.all()}
    usual, house_zone = habits.get(None, Habit()), Organisation.current().time_zone
    found = []
    for user in User.objects.people().filter(is_active=True).exclude(email=""):
        habit = habits.get(user.pk, usual)
        zone = zone_named(user.time_zone or house_zone)
        since = habit.changed_at if habit.pk else None
        day = due_slot(now, zone=zone, cadence=habit.cadence, hour=habit.hour, weekday=habit.weekday, since=since)
        if day is not None:
            found.append((user, f"digest-{day.isoformat()}"))
    return found
