"""Removes what was kept long enough: once a day by the organisation's clock, or when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from pmo.access.models import User
from pmo.audit.acting import action, lock
from pmo.audit.records import record
from pmo.organisation.models import Organisation, Sweep
from pmo.organisation.queries import zone_named
from pmo.organisation.retention import KEEPINGS, Keeping

VERB: Final = "retention.sweep"
BATCH: Final = 500
HOUR: Final = 3
FORGOTTEN: Final = timedelta(minutes=15)
"""A sweep that has not moved for longer than any task may run was killed; another worker goes on with it."""


@dataclass(frozen=True)
class Outlook:
    """One kind: how long it is kept, and how many rows would go now."""

    keeping: Keeping
    days: int | None
    before: datetime | None
    count: int


def outlook(now: datetime | None = None) -> list[Outlook]:
    """What a sweep would remove, by kind; one count each."""
    return [Outlook(*each, _count(each[0], each[2])) for each in _limits(now or timezone.now())]


def _limits(now: datetime) -> Iterator[tuple[Keeping, int | None, datetime | None]]:
    settings = Organisation.current().retention
    for keeping in KEEPINGS.all():
        days = keeping.days_in(settings)
        yield keeping, days, None if days is None else now - timedelta(days=days)


def _count(keeping: Keeping, before: datetime | None) -> int:
    return 0 if before is None else keeping.expired(before).count()


def begin_nightly(now: datetime | None = None) -> bool:
    """Open the sweep of today once its hour has come; whether there was none yet. Ticks may come twice."""
    local = timezone.localtime(now or timezone.now(), zone_named(Organisation.current().time_zone))
    if local.hour < HOUR:
        return False
    _sweep, opened = Sweep.objects.get_or_create(day=local.date())
    return opened


def waiting() -> list[Sweep]:
    """Sweeps that nobody has begun, or whose worker was killed."""
    return list(Sweep.objects.filter(_free(), finished_at=None).order_by("pk"))


def _free() -> Q:
    return Q(started=False) | Q(moved_at__lt=timezone.now() - FORGOTTEN)


def run(sweep_id: int) -> dict[str, int]:
    """Remove what is past its time, in small transactions, by one worker; returns how many of each kind."""
    sweep = _claim(sweep_id)
    if sweep is None:
        return {}
    actor = sweep.asked_by or User.objects.system()
    for keeping, _days, before in _limits(timezone.now()):
        while before is not None and _remove(sweep.pk, keeping, before, actor=actor):
            continue
    return _end(sweep.pk, actor=actor)


def _claim(sweep_id: int) -> Sweep | None:
    """The sweep, unless it is finished or another worker is at it."""
    mine = Sweep.objects.filter(_free(), pk=sweep_id, finished_at=None)
    if not mine.update(started=True, moved_at=timezone.now()):
        return None
    return Sweep.objects.select_related("asked_by").get(pk=sweep_id)


@action(VERB)
def _remove(sweep_id: int, keeping: Keeping, before: datetime, *, actor: User) -> bool:
    """One batch, counted in the same transaction; whether there may be more."""
    rows = keeping.expired(before)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not keys:
        return False
    sweep = lock(Sweep.objects.all(), sweep_id)
    keeping.remove(rows.model._default_manager.filter(pk__in=keys))
    sweep.removed[keeping.kind] = sweep.removed.get(keeping.kind, 0) + len(keys)
    sweep.moved_at = timezone.now()
    sweep.save()
    return len(keys) == BATCH


@action(VERB)
def _end(sweep_id: int, *, actor: User) -> dict[str, int]:
    """Keep what was removed, for the page and for the audit log; a sweep that found nothing leaves no record."""
    sweep = lock(Sweep.objects.all(), sweep_id)
    sweep.finished_at = timezone.now()
    sweep.save()
    removed: dict[str, int] = sweep.removed
    if removed or sweep.asked_by_id:
        told: dict[str, Any] = {kind: {"removed": count} for kind, count in removed.items()}
        record(actor, VERB, sweep, changes=told)
    return removed
