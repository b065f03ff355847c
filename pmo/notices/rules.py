"""When a digest is due by a person's own clock, and when a mail that failed is tried again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5
CATCH_UP = timedelta(hours=12)
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
MOST_ATTEMPTS = len(RETRY_AFTER) + 1


def is_digest_day(day: date, cadence: str, weekday: int) -> bool:
    """Whether a digest of that cadence goes out on the day."""
    if cadence == "weekly":
        return day.weekday() == weekday
    return cadence == "daily" and day.weekday() < SATURDAY


def digest_instant(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The instant of an hour by the clock of the zone.

    The first of two when the clock is put back; the hour after when it is put forward over it.
    """
    local = datetime.combine(day, time(hour), tzinfo=zone)
    return local.astimezone(UTC)


def due_slot(
    now: datetime, *, zone: ZoneInfo, cadence: str, hour: int, weekday: int, since: datetime | None
) -> date | None:
    """The day whose digest is due now: its hour has come, less than half a day ago, and after the habit was chosen."""
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        at = digest_instant(day, hour, zone)
        fresh = at <= now < at + CATCH_UP and (since is None or since <= at)
        if fresh and is_digest_day(day, cadence, weekday):
            return day
    return None


def next_attempt(now: datetime, attempts: int) -> datetime | None:
    """When a mail that failed so often is tried again; None when it is given up."""
    return None if attempts >= MOST_ATTEMPTS else now + RETRY_AFTER[max(attempts, 1) - 1]
