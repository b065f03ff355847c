"""Finds objects by their words among those that a person may see: one statement, then one for each kind found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from pmo.access.models import User
from pmo.search.models import Entry
from pmo.search.rules import words_of
from pmo.ui.offers import SEARCH, Hit, SearchSource

EXACT, BEGINS, TITLED, NAMED, WRITTEN = 5, 4, 3, 2, 1
"""How good a hit is: its code, the beginning of its code or of its title, its names, what is written in it."""
LIKENESS: Final = "0.4"
SHORTEST_GUESS: Final = 4
NAMES: Final = "A"
MOST_COUNTED: Final = 1000


@dataclass(frozen=True)
class Match:
    """An entry that was found: its place among its kind, and the text in which the words may stand."""

    kind: str
    object_id: int
    rank: int
    body: str


@dataclass(frozen=True)
class Found:
    """The best hits of one kind, each with the text it was found by."""

    source: SearchSource
    hits: list[tuple[Hit, Match]]

    @property
    def wants_excerpts(self) -> bool:
        """Whether some of them were found by what is written in them."""
        return any(match.rank == WRITTEN for _hit, match in self.hits)


# --- conditions -------------------------------------------------------------------------------------------------------
def _has(words: str, labels: str = "") -> Func:
    """Whether an entry has all the words, in any order, as beginnings or stems; `labels` "A" asks its names only."""
    query = Func(Value(words), Value(labels), function="search_query")
    return Func(F("vector"), query, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())


def _is_like(word: str) -> Func:
    """Whether a word of the title is spelt nearly like this one."""
    folded = Func(Value(word), function="search_folded")
    return Func(folded, F("names"), template="(%(expressions)s)", arg_joiner=" <%% ", output_field=BooleanField())


def _begins(column: Any, words: str) -> Func:
    return Func(column, Value(words), function="starts_with", output_field=BooleanField())


def _rank(words: str) -> Case:
    folded = Func(Value(words), function="search_folded")
    code, typed = Lower(F("code")), words.lower()
    return Case(
        When(Q(code__iexact=words), then=Value(EXACT)),
        When(_begins(code, typed), then=Value(BEGINS)),
        When(Func(F("names"), folded, function="starts_with", output_field=BooleanField()), then=Value(TITLED)),
        When(_has(words, NAMES), then=Value(NAMED)),
        default=Value(WRITTEN),
        output_field=IntegerField(),
    )


def _entries(source: SearchSource, visible: QuerySet[Any], condition: Any) -> QuerySet[Entry]:
    """The entries of a kind that fulfil the condition, of those objects only that may be seen."""
    seen = visible.order_by().select_related(None).values("pk")
    return Entry.objects.filter(condition, kind=source.kind, object_id__in=seen)


def _best(entries: QuerySet[Entry], words: str, limit: int, offset: int = 0) -> QuerySet[Any, Any]:
    ranked = entries.annotate(rank=_rank(words))
    ordered = ranked.order_by("-rank", "retired", F("at").desc(nulls_last=True), "title", "object_id")
    return ordered.values_list("kind", "object_id", "rank", "body")[offset : offset + limit]


# --- answers ----------------------------------------------------------------------------------------------------------
def best(user: User, words: str, sources: Sequence[SearchSource], limit: int) -> list[Found]:
    """The best hits of each kind, in the order of the kinds; what is only spelt alike where nothing bears the name."""
    if not words:
        return []
    matches = _matches(user, words, sources, limit, _has(words))
    if not any(match.rank >= NAMED for match in matches):
        matches = _guessed(user, words, sources, limit) + matches
    return _shown(user, sources, matches)


def _guessed(user: User, words: str, sources: Sequence[SearchSource], limit: int) -> list[Match]:
    """Things whose titles are spelt nearly so."""
    guess = _guess(words)
    if guess is None:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [LIKENESS])
        return _matches(user, words, sources, limit, guess)


def _guess(words: str) -> Q | None:
    """Every word stands there, or one that is spelt nearly so; None when no word is long enough to guess at."""
    found, guessed = Q(), False
    for word in words_of(words):
        likely = len(word) >= SHORTEST_GUESS
        found &= Q(_has(word, NAMES)) | Q(_is_like(word)) if likely else Q(_has(word, NAMES))
        guessed |= likely
    return found if guessed else None


def _matches(user: User, words: str, sources: Sequence[SearchSource], limit: int, condition: Any) -> list[Match]:
    parts = [_best(_entries(source, source.visible(user), condition), words, limit) for source in sources]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [Match(*row) for row in rows]


def _shown(user: User, sources: Sequence[SearchSource], matches: Sequence[Match]) -> list[Found]:
    """The matches as hits; one statement for each kind, which asks again who may see them."""
    found = []
    for source in sources:
        mine = [match for match in matches if match.kind == source.kind]
        if mine:
            objects = source.visible(user).in_bulk([match.object_id for match in mine])
            hits = [(source.hit(objects[match.object_id]), match) for match in mine if match.object_id in objects]
            found.append(Found(source, hits))
    return found


# --- one kind ---------------------------------------------------------------------------------------------------------
def of_kind(user: User, words: str, source: SearchSource, limit: int, offset: int) -> Found:
    """Some hits of one kind, in order."""
    rows = _best(_entries(source, source.visible(user), _has(words)), words, limit, offset)
    found = _shown(user, [source], [Match(*row) for row in rows])
    return found[0] if found else Found(source, [])


def counts(user: User, words: str, sources: Sequence[SearchSource]) -> Counter[str]:
    """How many visible objects of each kind have the words, counted up to MOST_COUNTED; one statement."""
    parts = [_counted(_entries(source, source.visible(user), _has(words)), source.kind) for source in sources]
    if not parts or not words:
        return Counter()
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return Counter(kind for kind, _pk in rows)


def _counted(entries: QuerySet[Entry], kind: str) -> QuerySet[Any, Any]:
    return entries.order_by().values_list("kind", "pk")[:MOST_COUNTED]


def named(kind: str, among: QuerySet[Any], words: str, limit: int) -> list[Any]:
    """Those of some objects of a kind whose names have the words, best first; without words, the first of them."""
    source = SEARCH.find(kind)
    if source is None or not words:
        return list(among[:limit])
    keys = [row[1] for row in _best(_entries(source, among, _has(words, NAMES)), words, limit)]
    objects = among.in_bulk(keys)
    return [objects[key] for key in keys if key in objects]


def stems(words: str) -> list[str]:
    """The stems of the words in the languages of the index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT unnest(tsvector_to_array(search_stemmed(search_folded(%s))))", [words])
        return [stem for (stem,) in cursor.fetchall()]
