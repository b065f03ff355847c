"""Tells people something, once per occasion, each in his language and through the channels he chose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models, transaction

from pmo.access.models import User
from pmo.access.policy import can
from pmo.notices import letters, queries
from pmo.notices.models import Mail, Notice
from pmo.notices.offers import KINDS, Channels
from pmo.notices.writing import speaking_to
from pmo.organisation.models import Organisation
from pmo.organisation.queries import house_today, zone_named

Text = str | Callable[[], str]
"""Words, or a function that finds them in the language and zone of who reads."""

LONGEST_TEXT = 300


@transaction.atomic
def tell(
    users: Iterable[User],
    *,
    kind: str,
    text: Text,
    url: str,
    key: str,
    about: models.Model | None = None,
    view: str = "project.view",
) -> int:
    """A notice for each person unless he was told of this occasion (`key`) before; returns how many are new.

    Who is away is told too, and so is his deputy when he may see (`view`) what it is `about`.
    """
    people = _addressed(users, about, view)
    told = set(
        Notice.objects.filter(key=key, user__in=[user for user, _for in people]).values_list("user_id", flat=True)
    )
    chosen = queries.channels([user for user, _for in people], KINDS.find(kind))
    zone = Organisation.current().time_zone if callable(text) else ""
    fresh = [
        _notice(user, chosen[user.pk], kind=kind, text=worded(text, user, zone), url=url, key=key, on_behalf_of=absent)
        for user, absent in people
        if user.pk not in told and not chosen[user.pk].off
    ]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    if any(notice.mail == Mail.AT_ONCE for notice in fresh):
        written = Notice.objects.filter(key=key, user__in=[notice.user for notice in fresh], mail=Mail.AT_ONCE)
        letters.post(written)
    return len(fresh)


def _addressed(users: Iterable[User], about: models.Model | None, view: str) -> list[tuple[User, User | None]]:
    """Whom to tell, each once, and for whom the deputies are told."""
    named = {user.pk: user for user in users if _reads(user)}
    people: dict[int, tuple[User, User | None]] = {pk: (user, None) for pk, user in named.items()}
    if about is None:
        return list(people.values())
    for absence in queries.absences(named.values(), house_today()).values():
        deputy = absence.deputy
        if deputy is not None and _reads(deputy) and deputy.pk not in people and can(deputy, view, about):
            people[deputy.pk] = (deputy, absence.user)
    return list(people.values())


def _reads(user: User) -> bool:
    return user.is_active and not user.is_service


def worded(text: Text, user: User, house_zone: str) -> str:
    """The words as this person reads them."""
    if not callable(text):
        return str(text)[:LONGEST_TEXT]
    with speaking_to(user, zone_named(user.time_zone or house_zone)):
        return str(text())[:LONGEST_TEXT]


def _notice(user: User, how: Channels, **values: Any) -> Notice:
    mail = how.mail if user.email else Mail.NONE
    return Notice(user=user, shown=how.in_app, mail=mail, **values)
