"""Walks the chain over history and finds what was changed, removed or slipped in behind the application's back."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Prefetch

from pmo.audit.kept import Kept, existing_columns, kept_tables, quoted, speak_canonically
from pmo.audit.models import Seal, SealPart
from pmo.audit.sealing import GENESIS, LONGEST_WRITE, content_hash, floor_of

MOST_FINDINGS: Final = 100
LEAF: Final = 32


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed: `kind` of deviation, table, key of the row, seal, and the row's time."""

    kind: str
    table: str = ""
    row: int | None = None
    seal: int | None = None
    at: str = ""
    detail: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Account:
    """What a verification found: intact when there are no findings; `cut` says that there are more than told."""

    seal: int | None = None
    hash: str = ""
    sealed_at: str = ""
    seals: int = 0
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    cut: bool = False

    @property
    def intact(self) -> bool:
        return not self.findings

    def add(self, found: Iterable[Finding]) -> None:
        for each in found:
            if len(self.findings) == MOST_FINDINGS:
                self.cut = True
                return
            self.findings.append(each)


@dataclass(frozen=True)
class Anchor:
    """A head of the chain that was noted elsewhere, such as in a pack."""

    number: int
    hash: str
    where: str


_IN_SPAN: Final = "{key} >= lower(span) AND {key} < upper(span)"
_DIGESTS: Final = """
    SELECT part.id, encode(sha256(string_agg({leaf}, ''::bytea ORDER BY {key})), 'hex')
    FROM audit_sealpart part CROSS JOIN LATERAL unnest(part.ids::int8multirange) span {joins}
    WHERE part.id = ANY(%s) GROUP BY part.id"""
_ROWS: Final = "SELECT {key}, {leaf}, {time} FROM {source} WHERE {key} <@ %s::int8multirange"
_KEYS: Final = "SELECT generate_series(lower(span), upper(span) - 1) FROM unnest(%s::int8multirange) span ORDER BY 1"
_UNSEALED: Final = """
    WITH sealed AS (
        SELECT coalesce(range_agg(span), '{{}}'::int8multirange) AS ids
        FROM audit_sealpart, unnest(ids::int8multirange) span WHERE "table" = %s)
    SELECT {key}, {time} FROM {source}, sealed
    WHERE NOT {key} <@ sealed.ids AND ({key} <= %s {dated}) ORDER BY 1 LIMIT %s"""
_EARLIER: Final = "OR {time} < %s"
_NEVER: Final = "OR %s IS NULL"
_DATED_BACK: Final = """
    SELECT {key}, {time}, part.seal_id
    FROM audit_sealpart part JOIN audit_seal earlier ON earlier.number = part.seal_id - 1
    CROSS JOIN LATERAL unnest(part.ids::int8multirange) span {joins}
    WHERE part."table" = %s AND part.seal_id <= %s AND {time} < earlier.at - %s ORDER BY 1 LIMIT %s"""
Progress = Callable[[int, int], None]


def verify(anchors: Iterable[Anchor] = (), progress: Progress | None = None) -> Account:
    """Walk the whole chain; `progress(done, of)` is called between its steps."""
    account, tables = Account(), kept_tables()
    account.add(_chain(account, anchors))
    for place, kept in enumerate(tables):
        if progress is not None:
            progress(place, len(tables))
        # A transaction for each table, so that progress can be seen meanwhile; what was added since is left out.
        with transaction.atomic(), connection.cursor() as cursor:
            speak_canonically(cursor)
            account.add(_table(cursor, kept, account))
    account.add(_gone({kept.table for kept in tables}))
    return account


def _gone(known: set[str]) -> Iterator[Finding]:
    """Sealed tables that the application does not know any more."""
    for table in SealPart.objects.exclude(table__in=known).values_list("table", flat=True).distinct():
        yield Finding("table_removed", table)


# --- the chain itself -----------------------------------------------------------------------------------------------
def _chain(account: Account, anchors: Iterable[Anchor]) -> Iterator[Finding]:
    """Whether each seal holds its own content and the seal before it, and whether noted heads are still there."""
    parts = Prefetch("parts", SealPart.objects.defer("leaves"))
    before, hashes = GENESIS, {}
    for seal in Seal.objects.order_by("number").prefetch_related(parts).iterator(chunk_size=500):
        account.seals += 1
        for missing in range((account.seal or 0) + 1, min(seal.number, (account.seal or 0) + 1 + MOST_FINDINGS)):
            yield Finding("seal_removed", "audit_seal", missing, missing)
        if seal.hash != content_hash(seal, list(seal.parts.all())):
            yield Finding("seal_changed", "audit_seal", seal.number, seal.number, seal.at.isoformat())
        elif seal.previous != before and seal.number == (account.seal or 0) + 1:
            yield Finding("chain_broken", "audit_seal", seal.number, seal.number, seal.at.isoformat())
        before, account.seal, account.hash = seal.hash, seal.number, seal.hash
        account.sealed_at, hashes[seal.number] = seal.at.isoformat(), seal.hash
    yield from _noted(anchors, hashes)


def _noted(anchors: Iterable[Anchor], hashes: Mapping[int, str]) -> Iterator[Finding]:
    for anchor in anchors:
        if hashes.get(anchor.number) != anchor.hash:
            yield Finding("anchor_lost", "audit_seal", anchor.number, anchor.number, detail=anchor.where)


# --- the rows of a table --------------------------------------------------------------------------------------------
def _table(cursor: Any, kept: Kept, account: Account) -> Iterator[Finding]:
    parts: dict[tuple[str, ...], list[SealPart]] = defaultdict(list)
    last = account.seal or 0
    for part in SealPart.objects.filter(table=kept.table, seal__lte=last).defer("leaves").order_by("seal_id"):
        parts[tuple(part.columns)].append(part)
    known = existing_columns(cursor, kept.table)
    for columns, sealed in parts.items():
        gone = [column for column in columns if column not in known]
        if gone:
            yield Finding("column_removed", kept.table, None, sealed[0].seal_id, detail=", ".join(gone))
            continue
        account.rows += sum(part.count for part in sealed)
        yield from _deviating(cursor, kept, columns, sealed)
    yield from _slipped_in(cursor, kept, account)


def _deviating(cursor: Any, kept: Kept, columns: Sequence[str], parts: Sequence[SealPart]) -> Iterator[Finding]:
    actual = _digests(cursor, kept, columns, parts)
    for part in parts:
        if actual.get(part.pk) != part.digest:
            yield from _located(cursor, kept, part)


def _digests(cursor: Any, kept: Kept, columns: Sequence[str], parts: Sequence[SealPart]) -> dict[int, str]:
    """The digest of each part as its rows are now; one query for all parts."""
    sql = _DIGESTS.format(leaf=kept.leaf(columns), key=f"t.{quoted(kept.key)}", joins=kept.joined(_IN_SPAN))
    cursor.execute(sql, [[part.pk for part in parts]])
    return dict(cursor.fetchall())


def _located(cursor: Any, kept: Kept, part: SealPart) -> Iterator[Finding]:
    """Which rows of a part are not as they were sealed."""
    leaves, sealed_at = bytes(part.leaves), part.seal.at.isoformat()
    if hashlib.sha256(leaves).hexdigest() != part.digest:
        yield Finding("part_changed", kept.table, None, part.seal_id, sealed_at)
        return
    found = {}
    sql = _ROWS.format(key=_key(kept), leaf=kept.leaf(part.columns), time=_time(kept), source=kept.source())
    cursor.execute(sql, [part.ids])
    for row, leaf, at in cursor.fetchall():
        found[row] = bytes(leaf), at
    for place, row in enumerate(_keys(cursor, part.ids)):
        expected = leaves[place * LEAF : (place + 1) * LEAF]
        if row not in found:
            yield Finding("removed", kept.table, row, part.seal_id, sealed_at)
        elif found[row][0] != expected:
            yield Finding("changed", kept.table, row, part.seal_id, _iso(found[row][1]))


def _keys(cursor: Any, ids: str) -> list[int]:
    cursor.execute(_KEYS, [ids])
    return [row for (row,) in cursor.fetchall()]


def _slipped_in(cursor: Any, kept: Kept, account: Account) -> Iterator[Finding]:
    """Rows that no seal holds although their key or the database's own stamp is older than any open write."""
    if account.seal is None:
        return
    last = Seal.objects.get(number=account.seal)
    dated = _EARLIER if kept.stamped else _NEVER
    sql = _UNSEALED.format(key=_key(kept), time=_time(kept), source=kept.source(), dated=dated.format(time=_time(kept)))
    floor, earliest = floor_of(kept.table, last), last.at - LONGEST_WRITE
    cursor.execute(sql, [kept.table, floor, earliest, MOST_FINDINGS + 1])
    for row, at in cursor.fetchall():
        yield Finding("inserted", kept.table, row, None, _iso(at))
    yield from _dated_back(cursor, kept, account)


def _dated_back(cursor: Any, kept: Kept, account: Account) -> Iterator[Finding]:
    """Sealed rows whose stamp is older than a write could be that came after the seal before theirs."""
    if not kept.stamped:
        return
    sql = _DATED_BACK.format(key=f"t.{quoted(kept.key)}", time=_time(kept), joins=kept.joined(_IN_SPAN))
    cursor.execute(sql, [kept.table, account.seal, LONGEST_WRITE, MOST_FINDINGS + 1])
    for row, at, seal in cursor.fetchall():
        yield Finding("inserted", kept.table, row, seal, _iso(at))


def _key(kept: Kept) -> str:
    return f"t.{quoted(kept.key)}::int8"


def _time(kept: Kept) -> str:
    return f"t.{quoted(kept.time)}"


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""
