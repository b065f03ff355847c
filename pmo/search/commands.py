"""What can be opened and done from the palette: pages of the menu, commands of the rooms, commands about objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from pmo.access.models import User
from pmo.search.rules import words_of
from pmo.ui.offers import COMMANDS, CommandSource, Hit
from pmo.ui.shell import menu_for


@dataclass(frozen=True)
class Order:
    """A command as it is shown."""

    hit: Hit
    icon: str


def pages(user: User, typed: str, limit: int) -> list[Order]:
    """Entries of the menu whose words begin with all that was typed."""
    wanted = words_of(typed)
    entries = [entry for section in menu_for(user) for entry in section.entries]
    found = [entry for entry in entries if _answers(wanted, (entry.label,))]
    found.sort(key=lambda entry: _place(wanted, entry.label))
    return [Order(Hit(str(entry.label), "", entry.url), entry.icon) for entry in found[:limit]]


def acts(user: User, typed: str, limit: int) -> list[Order]:
    """What the person may do that answers to what was typed: plain commands first, then those about an object."""
    wanted = words_of(typed)
    plain = [each for each in COMMANDS.for_user(user) if _answers(wanted, (each.label, each.also))]
    plain.sort(key=lambda each: _place(wanted, each.label))
    found = [Order(Hit(str(each.label), "", reverse(each.url_name)), each.icon) for each in plain]
    for source in COMMANDS.sources_for(user):
        found += [Order(hit, source.icon) for hit in _about(source, user, wanted, limit)]
    return found[:limit]


def _about(source: CommandSource, user: User, wanted: Sequence[str], limit: int) -> Iterable[Hit]:
    """Commands about objects; those that nobody asked for by their phrase are offered for the best object only."""
    phrase = words_of(str(source.phrase))
    rest = [word for word in wanted if not any(part.startswith(word) for part in phrase)]
    asked = len(rest) < len(wanted)
    if not (rest or asked):
        return ()
    return source.find(user, " ".join(rest), limit if asked else 1)


def _answers(wanted: Sequence[str], labels: Sequence[str | Promise]) -> bool:
    words = [word for label in labels for word in words_of(str(label))]
    return all(any(word.startswith(each) for word in words) for each in wanted)


def _place(wanted: Sequence[str], label: str | Promise) -> int:
    """Labels that begin with the first word come first; otherwise the order of the menu stays."""
    return 0 if not wanted or words_of(str(label))[:1] and words_of(str(label))[0].startswith(wanted[0]) else 1
