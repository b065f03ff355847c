"""Reads about notices: how people want to be told, who is away, what is unread and what is put aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, IntegerField, Q, QuerySet, Subquery
from django.utils import timezone

from pmo.access.models import User
from pmo.notices.models import Absence, Habit, Notice, Preference, Snooze
from pmo.notices.offers import KINDS, Channels, NoticeKind


def channels(users: Iterable[User], kind: NoticeKind) -> dict[int, Channels]:
    """Where each person wants to hear of the kind: his choice, else the organisation's, else as shipped; one query."""
    people = [user.pk for user in users]
    rows = Preference.objects.filter(Q(user__in=people) | Q(user=None), kind=kind.slug)
    chosen = {row.user_id: _channels(row, kind) for row in rows}
    usual = chosen.get(None, kind.channels)
    return {pk: chosen.get(pk, usual) for pk in people}


def _channels(row: Preference, kind: NoticeKind) -> Channels:
    return Channels(row.in_app or kind.fixed, row.mail)


def preferences(user: User | None) -> list[tuple[NoticeKind, Channels]]:
    """Every kind with what holds for the person, or for the organisation when none is given; one query."""
    rows = Preference.objects.filter(Q(user=user) | Q(user=None)) if user else Preference.objects.filter(user=None)
    own = {row.kind: row for row in rows if row.user_id is not None}
    usual = {row.kind: row for row in rows if row.user_id is None}
    found = [(kind, own.get(kind.slug) or usual.get(kind.slug)) for kind in KINDS.all()]
    return [(kind, _channels(row, kind) if row else kind.channels) for kind, row in found]


def habit_of(user: User | None) -> Habit:
    """The digest of the person, else the organisation's, else as shipped; not saved when nobody chose."""
    rows = {row.user_id: row for row in Habit.objects.filter(Q(user=user) | Q(user=None))}
    usual = rows.get(None) or Habit()
    if user is None:
        return usual
    return rows.get(user.pk) or Habit(user=user, cadence=usual.cadence, hour=usual.hour, weekday=usual.weekday)


# --- who is away ---
def absences(users: Iterable[User | None], day: date | None = None) -> dict[int, Absence]:
    """The absences in force on a day, by person; one query, none for nobody."""
    people = {user.pk for user in users if user is not None}
    if not people:
        return {}
    at = day or timezone.localdate()
    away = Absence.objects.filter(user__in=people, starts_on__lte=at, ends_on__gte=at)
    return {row.user_id: row for row in away.select_related("deputy", "user")}


def coming_absences(user: User) -> QuerySet[Absence]:
    """The person's absences that have not ended."""
    return Absence.objects.filter(user=user, ends_on__gte=timezone.localdate()).select_related("deputy")


# --- what stands under the bell ---
@dataclass(frozen=True)
class Pulse:
    """What the frame of every page must know about its reader."""

    unread: int
    aside: bool
    due: int


class Counted(Subquery):
    """How many rows a queryset has, as one column of another statement."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0  # type: ignore[assignment]

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk"))


def pulse(user: User, due: Iterable[QuerySet[Any]] = ()) -> Pulse:
    """How many notices are unread, whether work is put aside and how many rows are due; one query."""
    aside = Exists(Snooze.objects.filter(user=user, until__gt=timezone.localdate()))
    counted = [Counted(rows) for rows in (Notice.objects.shown_to(user).unread(), *due)]
    told = User.objects.filter(pk=user.pk).order_by().values_list(aside, *counted)
    put_aside, unread, *works = told.get()
    return Pulse(unread, put_aside, sum(works))


def latest(user: User, limit: int) -> list[Notice]:
    """The newest notices of the person."""
    return list(Notice.objects.shown_to(user).select_related("on_behalf_of")[:limit])


def snoozed(user: User, today: date) -> dict[str, date]:
    """What the person has put aside, with the day on which it comes back."""
    return dict(Snooze.objects.filter(user=user, until__gt=today).values_list("key", "until"))
