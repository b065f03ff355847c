"""What waits for a person: rooms offer their items, the page "My work" groups them by when to act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pmo.access.models import User
from pmo.notices import queries

SATURDAY = 5


@dataclass(frozen=True)
class WorkItem:
    """One thing to do, or one that others owe.

    `key` names it in addresses. `detail` gives the context of `template`, which shows what is needed to decide, and
    of `acts`, further buttons; it is asked for the one item that is looked at. `post` makes the verb a button.
    """

    key: str
    kind: str
    icon: str
    title: str
    context: str
    url: str
    verb: str | Promise
    due: date | None = None
    waiting: bool = False
    post: bool = False
    template: str = ""
    acts: str = ""
    detail: Callable[[], Mapping[str, Any]] | None = None
    until: date | None = None

    def when(self, today: date) -> str:
        """The group in which it stands."""
        if self.until is not None:
            return "aside"
        if self.waiting:
            return "waiting"
        if self.due is not None and self.due <= today:
            return "now"
        return "week" if self.due is not None and self.due <= end_of_week(today) else "later"


@dataclass(frozen=True)
class Group:
    """Items that belong to one time."""

    slug: str
    label: str | Promise
    note: str | Promise
    items: Sequence[WorkItem]


GROUPS = (
    ("now", _("Do now"), _("overdue or due today")),
    ("week", _("This week"), _("until Friday")),
    ("later", _("Later"), _("after this week")),
    ("waiting", _("Waiting for others"), _("you asked, they owe you")),
    ("aside", pgettext_lazy("group", "Put aside"), _("comes back on its day")),
)
COUNTED = ("now", "week")


def end_of_week(today: date) -> date:
    """The Friday of this week; at the week-end, that of the next."""
    friday = 4 if today.weekday() < SATURDAY else 11
    return today + timedelta(days=friday - today.weekday())


def grouped(items: Iterable[WorkItem], today: date) -> list[Group]:
    """The items by time, soonest first; empty groups vanish."""
    found: dict[str, list[WorkItem]] = {}
    for item in sorted(items, key=lambda item: (item.due or date.max, item.title)):
        found.setdefault(item.when(today), []).append(item)
    return [Group(slug, label, note, found[slug]) for slug, label, note in GROUPS if slug in found]


@dataclass(frozen=True)
class DoneItem:
    """Something that a person has done: what, where it is, and when."""

    title: str
    url: str
    at: datetime


def nothing(user: User, since: datetime) -> Iterable[DoneItem]:
    """What sources tell that do not know who did what."""
    return ()


@dataclass(frozen=True)
class InboxSource:
    """A kind of work: `items(user, today)` lists it, `due(user, today)` gives the rows of what is due this week.

    The rows are never read, only counted, those of all kinds in one statement; what is not one's own work has none.
    `done(user, since)` tells what the person has done since an instant.
    """

    kind: str
    label: str | Promise
    items: Callable[[User, date], Iterable[WorkItem]]
    due: Callable[[User, date], QuerySet[Any]] | None = None
    done: Callable[[User, datetime], Iterable[DoneItem]] = nothing


@dataclass
class Inbox:
    """All kinds of work, in the order of their chips."""

    sources: list[InboxSource] = field(default_factory=list)

    def add(self, source: InboxSource) -> None:
        if source.kind not in {each.kind for each in self.sources}:
            self.sources.append(source)

    def pulse(self, user: User) -> queries.Pulse:
        """What the frame of every page tells its reader; one query, kept on the user of this request."""
        known: queries.Pulse | None = user.__dict__.get("_pulse")
        if known is None:
            today = timezone.localdate()
            due = [source.due(user, today) for source in self.sources if source.due]
            known = user.__dict__["_pulse"] = queries.pulse(user, due)
        return known

    def items(self, user: User, today: date) -> list[WorkItem]:
        """Everything that waits; what the person has put aside is marked with the day on which it comes back."""
        found = [item for source in self.sources for item in source.items(user, today)]
        aside = queries.snoozed(user, today) if found and self.pulse(user).aside else {}
        return [replace(item, until=aside[item.key]) if item.key in aside else item for item in found]

    def count(self, user: User) -> int:
        """How much is due this week; counted from the items themselves only when something is put aside."""
        told, today = self.pulse(user), timezone.localdate()
        if not told.aside:
            return told.due
        return sum(item.when(today) in COUNTED for item in self.items(user, today))

    def done_today(self, user: User) -> list[DoneItem]:
        """What the person has done since midnight by his clock, the latest first."""
        since = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
        found = [item for source in self.sources for item in source.done(user, since)]
        return sorted(found, key=lambda item: item.at, reverse=True)


INBOX = Inbox()
