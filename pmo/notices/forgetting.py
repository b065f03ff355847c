"""Erases what was told to a person, and how he wanted to be told, when his personal data are erased."""

from __future__ import annotations

from django.db.models import Q

from pmo.access.models import User
from pmo.access.offers import FORGETTING
from pmo.notices.models import Absence, Habit, Letter, Notice, Preference, Snooze


def forget(person: User) -> None:
    """Nothing of it is history: what was done is kept by the records."""
    for model in (Letter, Notice, Preference, Habit, Snooze):
        model._default_manager.filter(user=person).delete()
    Absence.objects.filter(Q(user=person) | Q(deputy=person)).delete()


def offer() -> None:
    """Called once, when the app is ready."""
    FORGETTING.append(forget)
