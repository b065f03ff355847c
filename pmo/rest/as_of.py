"""What the system knew at an instant, for callers of today: ?as_of= on lists and details."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from pmo.audit.as_of import rows_as_of
from pmo.organisation.models import Organisation
from pmo.rest.problems import Malformed, safe


def read_instant(raw: str) -> datetime:
    """An ISO 8601 instant; a bare date is the end of that day; what has no zone is in the organisation's."""
    zone = ZoneInfo(Organisation.current().time_zone)
    try:
        day = parse_date(raw)
        if day is not None:
            return end_of(day, zone)
        moment = parse_datetime(raw.replace(" ", "+"))
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        message = _("“%(value)s” is neither a date nor an ISO 8601 instant.")
        raise Malformed({"as_of": [message % {"value": safe(raw)[:40]}]})
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of the day in that zone, also on days of 23 or 25 hours."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone) - timedelta(microseconds=1)


def then(model: type[models.Model], instant: datetime, visible: Any) -> models.QuerySet[Any]:
    """History rows of the objects in `visible` (a queryset of those that the caller may see now)."""
    return rows_as_of(model, instant, visible.order_by().values("pk"))


def restore(model: type[models.Model], rows: Iterable[Any], related: Sequence[str] = ()) -> list[Any]:
    """Unsaved objects out of history rows; `related` are read as they are today, one query each."""
    names = [field.attname for field in model._meta.concrete_fields]
    found = [model(**{name: getattr(row, name) for name in names if hasattr(row, name)}) for row in rows]
    if found:
        models.prefetch_related_objects(found, *related)
    return found
