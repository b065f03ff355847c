"""Finds objects by their words among those that a person may see: one statement, then one for each kind found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower

from pmo.access.models import User
from pmo.search.models import Entry
from pmo.search.rules import words_of
from pmo.ui.offers import SEARCH, Hit, SearchSource

EXACT, BEGINS, TITLED, NAMED, WRITTEN = 5, 4, 3, 2, 1
"""How good a hit is: its code, the beginning of its code or of its title, its names, what is written in it."""
LIKENESS: Final = "0.4"
SHORTEST_GUESS: Final = 4
MOST_COUNTED: Final = 1000
WINDOW: Final = 300
FEW: Final = 1000
SIEVE: Final = 50


@dataclass(frozen=True)
class Match:
    """An entry that was found, and how good it is."""

    kind: str
    object_id: int
    rank: int


@dataclass(frozen=True)
class Found:
    """The best hits of one kind."""

    source: SearchSource
    hits: list[tuple[Hit, Match]]

    @property
    def by_text(self) -> list[int]:
        """The objects that were found by what is written in them."""
        return [match.object_id for _hit, match in self.hits if match.rank == WRITTEN]


# --- conditions -------------------------------------------------------------------------------------------------------
def _has(words: str, column: str) -> Func:
    """Whether the names of an entry, or all that is written, have every word: in any order, by beginning or stem."""
    query = Func(Value(words), function="search_query")
    return Func(F(column), query, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())


def _is_like(word: str) -> Func:
    """Whether a word of the title is spelt nearly like this one."""
    folded = Func(Value(word), function="search_folded")
    return Func(folded, F("names"), template="(%(expressions)s)", arg_joiner=" <%% ", output_field=BooleanField())


def _begins(column: Any, typed: Any) -> Func:
    return Func(column, typed, function="starts_with", output_field=BooleanField())


def _is_called(words: str) -> Q:
    return Q(code__iexact=words)


def _rank(words: str) -> Case:
    folded = Func(Value(words), function="search_folded")
    return Case(
        When(_is_called(words), then=Value(EXACT)),
        When(_begins(Lower(F("code")), Value(words.lower())), then=Value(BEGINS)),
        When(_begins(F("names"), folded), then=Value(TITLED)),
        When(_has(words, "named"), then=Value(NAMED)),
        default=Value(WRITTEN),
        output_field=IntegerField(),
    )


# --- parts of a statement ---------------------------------------------------------------------------------------------
Rows = QuerySet[Any, Any]
NEWEST_FIRST: Final = ("retired", F("at").desc(nulls_last=True), "object_id")


@dataclass(frozen=True)
class Looked:
    """One kind as one reader sees it: the objects that may be seen, and the entries among which theirs are."""

    source: SearchSource
    written: QuerySet[Entry]
    user: User
    among: QuerySet[Any] | None = None

    @cached_property
    def visible(self) -> QuerySet[Any]:
        return self.source.visible(self.user) if self.among is None else self.among

    def told(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return self.source.shown(rows, self.user)

    @cached_property
    def entries(self) -> QuerySet[Entry]:
        return self.written.filter(object_id__in=self.visible.order_by().select_related(None).values("pk"))

    def ranked(self, words: str, limit: int, column: str = "written") -> Rows:
        """Those that have the words, or whose names have them; the best first, then what is not over, by title."""
        found = self.entries.filter(_has(words, column)).annotate(rank=_rank(words))
        return _rows(found, limit, "-rank", "retired", "title", "object_id")

    def called(self, words: str, limit: int) -> Rows:
        return _rows(self.entries.filter(_is_called(words)).annotate(rank=Value(EXACT)), limit)

    def newest(self, words: str, limit: int) -> list[Rows]:
        """Names, then texts, of the newest only: words that many have are found there without looking at the many."""
        keys = list(self.entries.order_by(*NEWEST_FIRST).values_list("pk", flat=True)[:WINDOW])
        newest = Entry.objects.filter(pk__in=keys)
        named = newest.filter(_has(words, "named")).annotate(rank=Value(NAMED))
        return [_rows(named, limit), _rows(_only_in_text(newest, words), limit)]

    def rare(self, words: str, limit: int, known: Sequence[Match]) -> list[Match]:
        """Words that few of the newest have: few have them at all, so their index finds them."""
        found: list[Match] = []
        if _count(known, NAMED) < limit:
            named = self.written.filter(_has(words, "named")).annotate(rank=Value(NAMED))
            found += self.sifted(named, limit)
        if len({match.object_id for match in (*known, *found)}) < limit:
            found += self.sifted(_only_in_text(self.written, words), limit)
        return found

    def sifted(self, entries: QuerySet[Any], limit: int) -> list[Match]:
        """The first entries whose objects may be seen; the index gives the words, the objects the rights, in turns."""
        found: list[Match] = []
        begin, size = 0, SIEVE
        while len(found) < limit:
            taken = [Match(*row) for row in _rows(entries, begin + size, sifted=True)[begin:]]
            seen = self.seen([match.object_id for match in taken])
            found += [match for match in taken if match.object_id in seen]
            if len(taken) < size:
                break
            begin, size = begin + size, 20 * SIEVE
        return found[:limit]

    def seen(self, keys: Sequence[int]) -> set[int]:
        """Those of the objects that the reader may see."""
        if self.source.sieve is not None:
            return self.source.sieve(self.user, keys)
        return set(self.visible.order_by().filter(pk__in=keys).values_list("pk", flat=True))

    def objects(self, keys: Sequence[int]) -> dict[int, Any]:
        """The objects that may be seen, with what their hits tell; this asks once more who may see them."""
        if self.source.sieve is None:
            return self.told(self.visible).in_bulk(keys)
        rows = self.source.model._default_manager.filter(pk__in=self.source.sieve(self.user, keys))
        return self.told(rows).in_bulk()

    def alike(self, guess: Q, limit: int) -> Rows:
        alike = self.entries.filter(guess).annotate(rank=Value(NAMED))
        return _rows(alike, limit, "retired", "title", "object_id")


def looked(user: User, source: SearchSource, visible: QuerySet[Any] | None = None) -> Looked:
    """The entries of the objects of a kind that may be seen, or of some of these."""
    written = Entry.objects.filter(kind=source.kind)
    groups = list(source.groups(user).order_by().values_list("pk", flat=True)[: FEW + 1]) if source.groups else []
    few = source.groups is not None and len(groups) <= FEW
    return Looked(source, written.filter(group_id__in=groups) if few else written, user, visible)


def _only_in_text(entries: QuerySet[Entry], words: str) -> QuerySet[Any]:
    found = entries.filter(_has(words, "written")).exclude(_has(words, "named"))
    return found.annotate(rank=Value(WRITTEN))


def _rows(entries: QuerySet[Any], limit: int, *order: str, sifted: bool = False) -> Rows:
    """Kind, key and rank in order; `sifted` keeps the planner from walking all entries in that order."""
    newest = [F("retired"), Coalesce("at", Value(date.min)).desc(), "object_id"] if sifted else NEWEST_FIRST
    return entries.order_by(*(order or newest)).values_list("kind", "object_id", "rank")[:limit]


def _count(matches: Sequence[Match], rank: int) -> int:
    return sum(1 for match in matches if match.rank >= rank)


def _read(parts: Sequence[Rows]) -> dict[str, list[Match]]:
    """The matches of all parts by kind, the best first; one statement."""
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    found: dict[str, dict[int, Match]] = {}
    for match in (Match(*row) for row in rows):
        of_kind = found.setdefault(match.kind, {})
        if match.object_id not in of_kind or of_kind[match.object_id].rank < match.rank:
            of_kind[match.object_id] = match
    return {kind: sorted(each.values(), key=lambda match: -match.rank) for kind, each in found.items()}


# --- answers ----------------------------------------------------------------------------------------------------------
def best(user: User, words: str, sources: Sequence[SearchSource], limit: int) -> list[Found]:
    """The best hits of each kind, in the order of the kinds; what is only spelt alike where nothing bears the name."""
    if not words:
        return []
    kinds = [looked(user, source) for source in sources]
    found = _found(kinds, words, limit)
    if not any(_count(matches, NAMED) for matches in found.values()):
        guessed = _guessed(kinds, words, limit)
        found = {kind: guessed.get(kind, []) + found.get(kind, []) for kind in guessed.keys() | found.keys()}
    return [_shown(kind, matches) for kind in kinds if (matches := found.get(kind.source.kind))]


def _found(kinds: Sequence[Looked], words: str, limit: int) -> dict[str, list[Match]]:
    """The best matches of each kind; a second statement where the newest of a dated kind do not suffice."""
    sieved = [kind for kind in kinds if kind.source.sieve is not None]
    dated = [kind for kind in kinds if kind.source.dated and kind not in sieved]
    plain = [kind.ranked(words, limit) for kind in kinds if kind not in sieved and not kind.source.dated]
    newest = [part for kind in dated for part in (kind.called(words, limit), *kind.newest(words, limit))]
    found = _read(plain + newest)
    for kind in dated:
        known = found.get(kind.source.kind, [])
        rare = kind.rare(words, limit, known)
        keys = {match.object_id for match in rare}
        found[kind.source.kind] = rare + [match for match in known if match.object_id not in keys]
    found |= {kind.source.kind: kind.rare(words, limit, ()) for kind in sieved}
    return {kind: sorted(matches, key=lambda match: -match.rank)[:limit] for kind, matches in found.items()}


def _guessed(kinds: Sequence[Looked], words: str, limit: int) -> dict[str, list[Match]]:
    """Things whose titles are spelt nearly so."""
    guess = _guess(words)
    if guess is None:
        return {}
    parts = [kind.alike(guess, limit) for kind in kinds if not kind.source.dated and kind.source.sieve is None]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [LIKENESS])
        return _read(parts)


def _guess(words: str) -> Q | None:
    """Every word stands there, or one that is spelt nearly so; None when no word is long enough to guess at."""
    found, guessed = Q(), False
    for word in words_of(words):
        likely = len(word) >= SHORTEST_GUESS
        found &= Q(_has(word, "named")) | Q(_is_like(word)) if likely else Q(_has(word, "named"))
        guessed |= likely
    return found if guessed else None


def _shown(kind: Looked, matches: Sequence[Match]) -> Found:
    """The matches as hits."""
    objects = kind.objects([match.object_id for match in matches])
    hits = [(kind.source.hit(objects[match.object_id]), match) for match in matches if match.object_id in objects]
    return Found(kind.source, hits)


def texts(found: Found) -> dict[int, str]:
    """What is written in the objects that were found by it."""
    entries = Entry.objects.filter(kind=found.source.kind, object_id__in=found.by_text)
    return dict(entries.values_list("object_id", "body")) if found.by_text else {}


# --- one kind ---------------------------------------------------------------------------------------------------------
def of_kind(user: User, words: str, source: SearchSource, limit: int, offset: int) -> Found:
    """Some hits of one kind, in order: the same order as `best`, further down."""
    kind = looked(user, source)
    found = _found([kind], words, offset + limit)
    return _shown(kind, found.get(source.kind, [])[offset:])


def counts(user: User, words: str, sources: Sequence[SearchSource]) -> Counter[str]:
    """How many visible objects of each kind have the words, counted up to MOST_COUNTED; one statement."""
    if not sources or not words:
        return Counter()
    parts = [_counted(looked(user, source), words) for source in sources]
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return Counter(kind for (kind,) in rows)


def _counted(kind: Looked, words: str) -> Rows:
    return kind.entries.filter(_has(words, "written")).order_by().values_list("kind")[:MOST_COUNTED]


def named(kind: str, user: User, among: QuerySet[Any], words: str, limit: int) -> list[Any]:
    """Those of some objects of a kind whose names have the words, best first; without words, the first of them."""
    source = SEARCH.find(kind)
    if source is None or not words:
        return list(among[:limit])
    matches = _read([looked(user, source, among).ranked(words, limit, "named")]).get(kind, [])
    objects = among.in_bulk([match.object_id for match in matches])
    return [objects[match.object_id] for match in matches if match.object_id in objects]


def stems(words: str) -> list[str]:
    """The stems of the words in the languages of the index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(tsvector_to_array(search_stemmed(%s)))", [words])
        return [stem for (stem,) in cursor.fetchall()]
