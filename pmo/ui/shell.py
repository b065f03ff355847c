"""What surrounds every page: the menu by role, the work that waits, the reader's look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from pmo import navigation
from pmo.access.models import User
from pmo.access.policy import can, reach


@dataclass(frozen=True)
class Entry:
    """A menu entry as one reader sees it."""

    label: str | Promise
    url: str
    icon: str
    names: tuple[str, ...]
    counts: bool


@dataclass(frozen=True)
class Section:
    """A group of the menu as one reader sees it."""

    label: str | Promise
    entries: Sequence[Entry]


def home_of(user: User) -> str:
    """Where the day of this person starts: the portfolio for those who see more than their own projects."""
    seen = reach(user, "dashboard.view")
    wide = seen.everything or seen.own_portfolios or seen.own_units or seen.ids.keys() - {"project"}
    if wide:
        return navigation.PORTFOLIO_HOME
    if not seen and can(user, "user.view"):
        return navigation.CONSOLE_HOME
    return navigation.WORK_HOME


def menu_for(user: User) -> list[Section]:
    """The menu cut to what the reader may open; empty groups vanish."""
    sections = (Section(group.label, _entries(group.items, user)) for group in navigation.MENU)
    return [section for section in sections if section.entries]


def _entries(items: Sequence[navigation.Item], user: User) -> list[Entry]:
    open_items = (item for item in items if not item.permission or can(user, item.permission))
    return [
        Entry(item.label, address, item.icon, (item.url, *item.also), item.counts)
        for item in open_items
        if (address := _address(item.url))
    ]


def _address(url_name: str) -> str:
    """The address of a menu entry; an entry whose page is not installed is left out (a test names it)."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
