"""Help for each page: what it is for, who does what there, what comes next, and the keys; rooms bring their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
Keys = Sequence[tuple[str, Words]]
EVERYWHERE: Keys = (("Ctrl K", _("Search or jump to")), ("?", _("Help for this page")), ("Esc", _("Close")))
LISTS: Keys = (
    ("/", _("Search")),
    ("j k", _("Next and previous row")),
    ("Enter", _("Open the row")),
    ("x", _("Select the row")),
    ("?", _("These keys")),
)
WORK: Keys = (
    ("j k", _("next and previous item, with its preview")),
    ("a", _("act: publish, mark as done, remind, or open")),
    ("c", _("open the item to comment")),
    ("r", _("return it")),
    ("s", _("snooze it")),
    ("?", _("show these keys")),
)


@dataclass(frozen=True)
class Guide:
    """The help for one page: `page` is its full name, `terms` are words of the glossary that it uses."""

    page: str
    title: Words
    purpose: Words
    who: Words
    steps: Sequence[Words]
    keys: Keys = ()
    terms: Sequence[str] = ()

    @property
    def all_keys(self) -> Keys:
        """Its own keys and those of every page; what it says of a key wins."""
        own = {key for key, _words in self.keys}
        return (*self.keys, *((key, words) for key, words in EVERYWHERE if key not in own))


@dataclass
class GuideRegistry:
    """The help of all rooms, by page."""

    _guides: dict[str, Guide] = field(default_factory=dict)

    def add(self, *guides: Guide) -> None:
        for guide in guides:
            self._guides[guide.page] = guide

    def all(self) -> list[Guide]:
        return list(self._guides.values())

    def find(self, page: str) -> Guide | None:
        return self._guides.get(page)

    def of_page(self, page: Any) -> Guide | None:
        """The help for a page: its own, or that of the menu entry to which it belongs."""
        names = (getattr(page, "name", ""), getattr(page, "menu", ""))
        return next((self._guides[name] for name in names if name in self._guides), None)


GUIDES = GuideRegistry()


def offer() -> None:
    """Called once, when the app is ready."""
    GUIDES.add(
        Guide(
            "ui:my_work",
            _("My work"),
            _("Everything that waits for you, by when to act, with what you need to decide beside it."),
            _("Everybody has this page; it shows only your own work and what others owe you."),
            (
                _("Take the first item and act on it in its preview."),
                _("Put aside what cannot be done today; it comes back on the day you choose."),
            ),
            WORK,
            ("late-report",),
        )
    )
