"""Search results as they are drawn: groups of lines with the words marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.search import commands, queries, recent
from pmo.search.rules import Asked, Piece, excerpt, marked, read
from pmo.ui.offers import SEARCH, Hit, SearchSource

PER_KIND: Final = 5
MOST_RECENT: Final = 6
MOST_COMMANDS: Final = 20


@dataclass(frozen=True)
class Line:
    """One hit: its title in pieces, a line of its text where the words stand there, icon and address."""

    title: list[Piece]
    hit: Hit
    icon: str
    excerpt: list[Piece] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.hit.url


@dataclass(frozen=True)
class Group:
    """Lines of one kind; `more` leads to all of them."""

    label: str | Promise
    lines: Sequence[Line]
    slug: str = ""
    more: str = ""


def asked_of(typed: str) -> Asked:
    """What was typed, its beginning understood."""
    return read(typed, {source.letters: source.kind for source in SEARCH.all()})


def suggested(user: User, asked: Asked) -> list[Group]:
    """What the palette shows while one types; with nothing typed, what was opened last and where one can go."""
    if asked.commands:
        return _filled([_acts(user, asked, MOST_COMMANDS), _pages(user, asked, MOST_COMMANDS)])
    if asked.kind:
        return results(user, asked)
    if not asked.words:
        return _filled([_recent(user), _pages(user, asked, MOST_COMMANDS)])
    return _filled([_pages(user, asked, 3), _acts(user, asked, 3), *results(user, asked)])


def results(user: User, asked: Asked, limit: int = PER_KIND) -> list[Group]:
    """The best hits of each kind, or of the one that is asked for."""
    sources = sources_for(user, asked.kind)
    found = queries.best(user, asked.words, sources, limit + 1)
    return [_group(each, asked, limit) for each in found]


def sources_for(user: User, kind: str = "") -> list[SearchSource]:
    return [source for source in SEARCH.for_user(user) if kind in ("", source.kind)]


def lines(found: queries.Found, asked: Asked) -> list[Line]:
    """The hits of one kind as they are drawn."""
    texts = queries.texts(found)
    wanted = asked.stems(queries.stems(asked.words)) if texts else asked.folded
    return [
        Line(marked(hit.title, asked.folded), hit, found.source.icon, excerpt(texts.get(match.object_id, ""), wanted))
        for hit, match in found.hits
    ]


def _group(found: queries.Found, asked: Asked, limit: int) -> Group:
    drawn = lines(found, asked)
    more = address(asked.words, found.source.kind) if len(drawn) > limit else ""
    return Group(found.source.label, drawn[:limit], found.source.kind, more)


def address(words: str, kind: str = "", **more: object) -> str:
    """The page of all hits of a kind."""
    asked = {"q": words, "kind": kind, **more}
    return f"{reverse('search:results')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _filled(groups: Sequence[Group]) -> list[Group]:
    return [group for group in groups if group.lines]


def _pages(user: User, asked: Asked, limit: int) -> Group:
    return Group(_("Go to"), _orders(commands.pages(user, asked.words, limit), asked))


def _acts(user: User, asked: Asked, limit: int) -> Group:
    return Group(_("Actions"), _orders(commands.acts(user, asked.words, limit), asked))


def _orders(orders: Sequence[commands.Order], asked: Asked) -> list[Line]:
    return [Line(marked(each.hit.title, asked.folded), each.hit, each.icon) for each in orders]


def _recent(user: User) -> Group:
    opened = recent.opened(user, MOST_RECENT)
    return Group(_("Opened last"), [Line([Piece(hit.title)], hit, source.icon) for source, hit in opened])
