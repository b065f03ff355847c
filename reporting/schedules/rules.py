"""When a pack is due: cron expressions read in a time zone, every slot once, also when clocks change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

PARTS = 5
HORIZON = timedelta(days=366 * 9)
CATCH_UP = timedelta(days=1)
MOST_AT_ONCE = 24
NOON = 12
SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def flaw(expression: str, zone: str) -> str:
    """What is wrong with a schedule: "zone", "unreadable", "never", or "" when it is fine."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "zone"
    if len(expression.split()) != PARTS or not _is_readable(expression):
        return "unreadable"
    return "" if _comes_due(expression, zone) else "never"


def next_slots(expression: str, zone: str, after: datetime, count: int = 3) -> list[datetime]:
    """The next slots after an instant, in UTC."""
    return list(islice(_slots(expression, ZoneInfo(zone), after), count))


def due_slots(expression: str, zone: str, after: datetime, until: datetime) -> list[datetime]:
    """The slots in (after, until], in UTC; after a long stop only those of the last day, at most 24."""
    found = []
    for slot in _slots(expression, ZoneInfo(zone), max(after, until - CATCH_UP)):
        if slot > until:
            break
        found.append(slot)
    return found[-MOST_AT_ONCE:]


def business_date(slot: datetime, zone: str) -> date:
    """What a scheduled pack reports on: a morning slot on the day before, an afternoon slot on its own day."""
    local = slot.astimezone(ZoneInfo(zone))
    return local.date() - timedelta(days=1) if local.hour < NOON else local.date()


def _is_readable(expression: str) -> bool:
    """Whether the parts can be read on their own; a day that no month has is found later."""
    minute, hour, _day, _month, weekday = expression.split()
    try:
        CronSim(f"{minute} {hour} * * {weekday}", SOME_DAY)
        CronSim(f"{minute} {hour} {_day} * *", SOME_DAY)
        CronSim(f"{minute} {hour} * {_month} *", SOME_DAY)
    except CronSimError:
        return False
    return True


def _comes_due(expression: str, zone: str) -> bool:
    try:
        return next(_slots(expression, ZoneInfo(zone), SOME_DAY), None) is not None
    except CronSimError:
        return False


def _slots(expression: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Strictly after `after`, ascending; a wall-clock time that a clock change skips or repeats counts once."""
    last = after
    for local in CronSim(expression, after.astimezone(zone)):
        slot = local.astimezone(UTC)
        if slot - after > HORIZON:
            return
        if slot > last:
            last = slot
            yield slot
