"""What the system knew at an instant: rows of tracked models as they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models.sql.datastructures import BaseTable
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from pmo.audit.tracking import event_model_of
from pmo.kernel.errors import Invalid

Rows = TypeVar("Rows", bound=models.QuerySet[Any])
LONGEST_WORD = 40


# --- reading an instant ---------------------------------------------------------------------------------------------
def read_instant(raw: str, zone: str) -> datetime:
    """An ISO 8601 instant; a bare date is the end of that day; what has no zone is in `zone`. Invalid otherwise."""
    moment = _parsed(raw.strip(), ZoneInfo(zone))
    if moment is None:
        text = raw.encode("utf-8", "backslashreplace").decode()[:LONGEST_WORD]
        raise Invalid({"as_of": [_("“%(value)s” is neither a date nor an ISO 8601 instant.") % {"value": text}]})
    return moment


def _parsed(raw: str, zone: ZoneInfo) -> datetime | None:
    try:
        day = parse_date(raw)
        if day is not None:
            return end_of(day, zone)
        moment = parse_datetime(raw.replace(" ", "+"))
        return moment if moment is None or timezone.is_aware(moment) else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of the day in that zone, also on days of 23 or 25 hours."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone) - timedelta(microseconds=1)


# --- a table as it was ----------------------------------------------------------------------------------------------
class _Then(BaseTable):
    """Stands in a query where the table stood, with the rows that it had at an instant."""

    def __init__(self, model: type[models.Model], instant: datetime, alias: str) -> None:
        super().__init__(model._meta.db_table, alias)
        self.model, self.instant = model, instant

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        quote = connection.ops.quote_name
        sql = _THEN % {
            "columns": ", ".join(self._columns(quote)),
            "table": quote(self.table_name),
            "key": quote(self.model._meta.pk.column),  # type: ignore[union-attr]
            "events": quote(event_model_of(self.model)._meta.db_table),
        }
        return f"({sql}) {compiler.quote_name_unless_alias(self.table_alias)}", [self.instant]

    def _columns(self, quote: Any) -> Iterable[str]:
        """The key and what history keeps come from the event; what it does not keep is as it is today."""
        kept = {field.column for field in event_model_of(self.model)._meta.concrete_fields}
        for field in self.model._meta.concrete_fields:
            source = "live" if field.primary_key or field.column not in kept else "event"
            yield f"{source}.{quote(field.column)}"

    def relabeled_clone(self, change_map: Any) -> _Then:
        return _Then(self.model, self.instant, change_map.get(self.table_alias, self.table_alias))

    @property
    def identity(self) -> tuple[Any, ...]:
        return self.__class__, self.table_name, self.table_alias, self.instant


_THEN = """SELECT %(columns)s FROM %(table)s live CROSS JOIN LATERAL (
    SELECT * FROM %(events)s WHERE pgh_obj_id = live.%(key)s AND pgh_created_at <= %%s
    ORDER BY pgh_created_at DESC, pgh_id DESC LIMIT 1) event WHERE event.pgh_label <> 'delete'"""


def as_known(rows: Rows, instant: datetime | None) -> Rows:
    """The rows as the system knew them at `instant`, filtered and sorted by their values of then; None means today.

    `rows` must not be filtered yet: its filters would be asked of the past. Related objects are those of today.
    """
    if instant is None:
        return rows
    then = rows.annotate(known_at=models.Value(instant, output_field=models.DateTimeField()))
    alias = then.query.get_initial_alias()
    then.query.alias_map = {**then.query.alias_map, alias: _Then(rows.model, instant, alias)}
    return then


def seen_as_known(rows: Rows, instant: datetime | None, visible: models.QuerySet[Any]) -> Rows:
    """The same for a reader: history knows no permissions of its own, so what is `visible` today is shown."""
    return as_known(rows, instant).filter(pk__in=visible.order_by().values("pk"))


def known_to(rows: Any, user: Any, instant: datetime | None) -> Any:
    """What a person may see today of `rows` (unfiltered), as it is or as it was at the instant."""
    visible = rows.visible_to(user)
    return visible if instant is None else seen_as_known(rows, instant, visible)


def instant_of(known: Any) -> datetime | None:
    """The instant of a query or of an object that came out of one; None for today."""
    if not isinstance(known, models.QuerySet):
        return getattr(known, "known_at", None)
    tables = known.query.alias_map.values()
    return next((table.instant for table in tables if isinstance(table, _Then)), None)


# --- events ---------------------------------------------------------------------------------------------------------
def rows_as_of(
    model: type[models.Model], instant: datetime, ids: Iterable[int] | models.QuerySet[Any, Any] | None = None
) -> models.QuerySet[models.Model]:
    """The last event of each object at or before `instant`, without those deleted by then; also of objects gone since.

    Give `ids` of objects that the viewer may see: history knows no permissions of its own.
    """
    events = event_model_of(model)._default_manager.filter(pgh_created_at__lte=instant)
    if ids is not None:
        events = events.filter(pgh_obj_id__in=ids)
    latest = events.order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id").values("pgh_id")
    return event_model_of(model)._default_manager.filter(pgh_id__in=latest).exclude(pgh_label="delete")


def restored(model: type[models.Model], events: Iterable[Any]) -> list[Any]:
    """Unsaved objects out of events."""
    names = [field.attname for field in model._meta.concrete_fields]
    return [model(**{name: getattr(row, name) for name in names if hasattr(row, name)}) for row in events]


def as_of(obj: models.Model, instant: datetime) -> models.Model | None:
    """An unsaved copy of the object as it was, or None when it did not exist then."""
    return next(iter(restored(type(obj), rows_as_of(type(obj), instant, [obj.pk])[:1])), None)
