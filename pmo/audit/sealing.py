"""Joins what history gained to a chain: each seal holds the digests of its rows and the hash of the seal before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from pmo.audit.kept import Kept, kept_tables, quoted, speak_canonically
from pmo.audit.models import Seal, SealPart

LONGEST_WRITE: Final = timedelta(hours=1)
"""No transaction lasts longer: what turns up later with an earlier key or time did not come by the application."""
MOST_ROWS: Final = 100_000
GENESIS: Final = "0" * 64
_ONE_AT_A_TIME: Final = 7_305_110
"""The advisory lock of sealing."""


def head() -> Seal | None:
    """The last seal."""
    return Seal.objects.order_by("-number").first()


def seal() -> Seal | None:
    """Seal everything that is written and not yet sealed; returns the head of the chain, None while it is empty."""
    while True:
        found, full = _seal_once()
        if not full:
            return found


def _seal_once() -> tuple[Seal | None, bool]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        speak_canonically(cursor)
        at, before = timezone.now(), head()
        parts = [part for kept in kept_tables() if (part := _fresh(cursor, kept, before)) is not None]
        if not parts:
            return before, False
        made = _joined(before, at, parts)
        made.save(force_insert=True)
        SealPart.objects.bulk_create(parts)
        return made, any(part.count == MOST_ROWS for part in parts)


def _joined(before: Seal | None, at: datetime, parts: Sequence[SealPart]) -> Seal:
    number, previous = (before.number + 1, before.hash) if before else (1, GENESIS)
    made = Seal(number=number, at=at, previous=previous, rows=sum(part.count for part in parts))
    made.hash = content_hash(made, parts)
    for part in parts:
        part.seal = made
    return made


def content_hash(seal: Seal, parts: Sequence[SealPart]) -> str:
    """SHA-256 over the seal's content in canonical JSON (RFC 8785 for what occurs here)."""
    told = {
        "number": seal.number,
        "at": seal.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": seal.previous,
        "parts": sorted(_told(part) for part in parts),
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _told(part: SealPart) -> list[Any]:
    return [part.table, list(part.columns), part.ids, part.last_id, part.count, part.digest]


def floor_of(table: str, last: Seal | None) -> int:
    """The key up to which every row was sealed by `last`: its writer had ended long before, whatever was open then."""
    if last is None:
        return 0
    parts = SealPart.objects.filter(table=table, seal__lte=last.number, seal__at__lt=last.at - LONGEST_WRITE)
    return parts.order_by("-last_id").values_list("last_id", flat=True).first() or 0


_FRESH: Final = """
    WITH sealed AS (
        SELECT coalesce(range_agg(span), '{{}}'::int8multirange) AS ids
        FROM audit_sealpart, unnest(ids::int8multirange) span WHERE "table" = %s AND last_id > %s),
    fresh AS (
        SELECT {key} AS id, {leaf} AS leaf FROM {source}, sealed
        WHERE {key} > %s AND NOT {key} <@ sealed.ids ORDER BY {key} LIMIT %s)
    SELECT range_agg(int8range(id, id, '[]'))::text, max(id), count(*), string_agg(leaf, ''::bytea ORDER BY id)
    FROM fresh"""


def _fresh(cursor: Any, kept: Kept, before: Seal | None) -> SealPart | None:
    """The unsealed rows of a table above its floor; rows may be committed in another order than they were numbered."""
    floor, key = floor_of(kept.table, before), f"t.{quoted(kept.key)}::int8"
    sql = _FRESH.format(key=key, leaf=kept.leaf(kept.columns), source=kept.source())
    cursor.execute(sql, [kept.table, floor, floor, MOST_ROWS])
    ids, last, count, leaves = cursor.fetchone()
    if not count:
        return None
    digest = hashlib.sha256(leaves).hexdigest()
    return SealPart(
        table=kept.table, columns=list(kept.columns), ids=ids, last_id=last, count=count, digest=digest, leaves=leaves
    )


def seal_of(table: str, key: int) -> Seal | None:
    """The seal that holds a row."""
    parts = SealPart.objects.filter(table=table, last_id__gte=key).select_related("seal").defer("leaves")
    holding = parts.extra(where=["ids::int8multirange @> %s::int8"], params=[key])
    found = holding.order_by("last_id").first()
    return found.seal if found else None
