"""What waits for a person: rooms offer their items, the page "My work" groups them by when to act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.ui.offers import WORK

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

    def when(self, today: date) -> str:
        """The group in which it stands."""
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
)


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
class InboxSource:
    """A kind of work: `items(user, today)` lists it, `count(user, today)` says how much is due this week."""

    kind: str
    label: str | Promise
    items: Callable[[User, date], Iterable[WorkItem]]
    count: Callable[[User, date], int]


@dataclass
class Inbox:
    """All kinds of work, in the order of their chips."""

    sources: list[InboxSource] = field(default_factory=list)

    def add(self, source: InboxSource) -> None:
        if source.kind not in {each.kind for each in self.sources}:
            self.sources.append(source)
            WORK.add(lambda user: source.count(user, timezone.localdate()))

    def items(self, user: User, today: date) -> list[WorkItem]:
        return [item for source in self.sources for item in source.items(user, today)]


INBOX = Inbox()
