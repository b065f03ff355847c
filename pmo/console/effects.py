"""What a change of roles or grants would do, found by doing it and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.access.models import User
from pmo.access.offers import REACHABLE
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import reaches
from pmo.kernel.errors import HouseError

MOST_PEOPLE = 200
MOST_NAMED = 3


class _TakenBack(Exception):
    """Ends the trial; everything that it wrote goes."""


@dataclass(frozen=True)
class Rights:
    """What one person may do, and how many objects of each kind he sees."""

    permissions: frozenset[str]
    seen: dict[str, int]


@dataclass(frozen=True)
class Effect:
    """The sentences that tell a change, and whether it was measured for all whom it touches."""

    gains: Sequence[str]
    losses: Sequence[str]
    measured: int
    touched: int

    @property
    def is_nothing(self) -> bool:
        return not self.gains and not self.losses


def effect_of(people: Iterable[int], change: Callable[[], Any]) -> Effect:
    """Measure, change, measure again, take the change back. Raises what the change raises."""
    ids = list(people)
    chosen = ids[:MOST_PEOPLE]
    before = _measure(chosen)
    after: dict[int, Rights] = {}
    try:
        with transaction.atomic():
            change()
            after = _measure(chosen)
            raise _TakenBack
    except _TakenBack:
        pass
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=chosen)}
    return Effect(
        gains=[*_objects_won(before, after, names), *_permissions(before, after, names)],
        losses=[*_objects_lost(before, after, names), *_permissions(after, before, names)],
        measured=len(chosen),
        touched=len(ids),
    )


def trial(people: Iterable[int], change: Callable[[], Any]) -> tuple[Effect | None, HouseError | None]:
    """The effect, or why the change would be refused."""
    try:
        return effect_of(people, change), None
    except HouseError as error:
        return None, error


def _measure(ids: Sequence[int]) -> dict[int, Rights]:
    found = {}
    for user in User.objects.filter(pk__in=ids):
        seen = {kind.name: kind.seen(user).count() for kind in REACHABLE}
        found[user.pk] = Rights(frozenset(reaches(user)), seen)
    return found


# --- sentences ----------------------------------------------------------------------------------------------------
Measured = dict[int, Rights]
Names = dict[int, str]


def _permissions(less: Measured, more: Measured, names: Names) -> list[str]:
    """What people may do in the second measure only; those who gain the same stand together."""
    found: dict[str, list[str]] = {}
    for code, permission in PERMISSIONS.items():
        people = [pk for pk in names if code in more[pk].permissions - less[pk].permissions]
        if people:
            found.setdefault(_names([names[pk] for pk in people]), []).append(str(permission.label))
    return [
        _("%(people)s: %(permissions)s") % {"people": who, "permissions": "; ".join(labels)}
        for who, labels in found.items()
    ]


def _objects_won(before: Measured, after: Measured, names: Names) -> list[str]:
    return [
        _("%(kind)s to see: %(count)s more, for %(people)s") % {"people": who, "count": count, "kind": kind}
        for kind, count, who in _by_kind(before, after, names)
    ]


def _objects_lost(before: Measured, after: Measured, names: Names) -> list[str]:
    return [
        _("%(kind)s to see: %(count)s fewer, for %(people)s") % {"people": who, "count": count, "kind": kind}
        for kind, count, who in _by_kind(after, before, names)
    ]


def _by_kind(less: Measured, more: Measured, names: Names) -> list[tuple[str, str, str]]:
    """How many more objects of each kind people see in the second measure, with those people."""
    found = []
    for kind in REACHABLE:
        steps = {pk: more[pk].seen[kind.name] - less[pk].seen[kind.name] for pk in names}
        people = [pk for pk, step in steps.items() if step > 0]
        if people:
            counts = sorted({steps[pk] for pk in people})
            count = str(counts[0]) if len(counts) == 1 else _("%(least)s to %(most)s") % _ends(counts)
            found.append((str(kind.label), count, _names([names[pk] for pk in people])))
    return found


def _ends(counts: Sequence[int]) -> dict[str, int]:
    return {"least": counts[0], "most": counts[-1]}


def _names(people: Sequence[str]) -> str:
    """A few people by name, more as a number."""
    if len(people) > MOST_NAMED:
        return ngettext("%(n)s person", "%(n)s people", len(people)) % {"n": len(people)}
    return ", ".join(people)
