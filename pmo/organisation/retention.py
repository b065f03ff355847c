"""What rooms keep only for a time: each kind with its usual and its shortest time, and the rows that are past it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.access import preferences
from pmo.access.policy import type_of_user
from pmo.audit.offers import Teller

LONGEST: Final = 36_500
"""Days; a hundred years."""


def delete(rows: QuerySet[Any]) -> None:
    rows.delete()


@dataclass(frozen=True)
class Keeping:
    """One kind of record that is not history.

    `expired(before)` are the rows that end when the time is over, `remove(rows)` removes a batch of them; afterwards
    they must not be among the expired any more.
    """

    kind: str
    label: str | Promise
    about: str | Promise
    days: int
    least: int
    expired: Callable[[datetime], QuerySet[Any]]
    remove: Callable[[QuerySet[Any]], None] = delete

    def days_in(self, settings: Mapping[str, Any]) -> int | None:
        """Days for which the kind is kept; None for ever."""
        found: int | None = settings.get(self.kind, self.days)
        return found

    def complaint(self, days: Any) -> str:
        """What is wrong with a number of days; empty when nothing is."""
        if days is None or (type(days) is int and self.least <= days <= LONGEST):
            return ""
        words = {"kind": self.label, "least": self.least, "longest": LONGEST}
        return _("%(kind)s: write a whole number of days from %(least)s to %(longest)s, or nothing.") % words


@dataclass
class Keepings:
    """The kinds, filled once at start."""

    _kinds: dict[str, Keeping] = field(default_factory=dict)

    def add(self, keeping: Keeping) -> None:
        self._kinds[keeping.kind] = keeping

    def all(self) -> list[Keeping]:
        return list(self._kinds.values())

    def find(self, kind: str) -> Keeping | None:
        return self._kinds.get(kind)

    def label_of(self, kind: str) -> str:
        """The name of a kind; a kind that is no more keeps its code."""
        known = self._kinds.get(kind)
        return str(known.label) if known is not None else kind


KEEPINGS = Keepings()


def check_retention(settings: Any) -> None:
    """Refuse times for unknown kinds, and times that are too short."""
    if not isinstance(settings, dict):
        raise ValidationError(_("Write the days by kind of record."))
    complaints = [_complaint(kind, days) for kind, days in settings.items()]
    if any(complaints):
        raise ValidationError([each for each in complaints if each])


def _complaint(kind: str, days: Any) -> str:
    keeping = KEEPINGS.find(kind)
    if keeping is None:
        return _("There is no kind of record “%(kind)s” that ends.") % {"kind": kind[:40]}
    return keeping.complaint(days)


def days_words(days: int | None) -> str:
    """How long something is kept, in words."""
    if days is None:
        return _("for ever")
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": preferences.number(days)}


class RetentionMoves:
    """Tells history which kinds are kept for another time."""

    def teller(self, model: type[Model], reader: type_of_user | None) -> Teller:
        return _moves

    def names(self, model: type[Model], before: Any, after: Any) -> list[str]:
        """By label only; asked before the settings are checked, which may be anything then."""
        return [str(each.label) for each in _moved(before, after)]


def _moved(before: Any, after: Any) -> list[Keeping]:
    known = [each if isinstance(each, dict) else {} for each in (before, after)]
    return [each for each in KEEPINGS.all() if each.days_in(known[0]) != each.days_in(known[1])]


def _moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for keeping in _moved(before, after):
        was, now = (days_words(keeping.days_in(settings)) for settings in (before, after))
        yield str(keeping.label), was, now
