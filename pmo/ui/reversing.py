"""Changes of many rows that can be taken back, as long as nobody built upon them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.audit.acting import acting, lock
from pmo.audit.models import Record
from pmo.audit.records import record
from pmo.kernel.errors import HouseError, WrongState
from pmo.ui import formats
from pmo.ui.models import BulkAct, BulkRow


@dataclass(frozen=True)
class Reversible:
    """How rows changed by a verb get earlier values back: `put(obj, values, actor=, version=)` asks every right."""

    verb: str
    model: type[models.Model]
    put: Callable[..., Any]
    fields: tuple[str, ...] = ()


@dataclass
class ReversibleRegistry:
    """The verbs that can be taken back; rooms add them in their catalog."""

    _by_verb: dict[str, Reversible] = field(default_factory=dict)

    def add(self, way: Reversible) -> None:
        self._by_verb[way.verb] = way

    def find(self, verb: str) -> Reversible | None:
        return self._by_verb.get(verb)


REVERSIBLE = ReversibleRegistry()


# --- values ---------------------------------------------------------------------------------------------------------
def stored(obj: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The fields as JSON keeps them; related objects by key."""
    return {name: _plain(getattr(obj, _field(obj, name).attname)) for name in names}


def restored(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as an action takes them."""
    return {name: _value(model._meta.get_field(name), raw) for name, raw in values.items()}


def _field(obj: models.Model, name: str) -> Any:
    return obj._meta.get_field(name)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _value(model_field: Any, raw: Any) -> Any:
    if raw is None:
        return None
    if model_field.is_relation:
        return model_field.related_model._base_manager.filter(pk=raw).first()
    return model_field.to_python(raw)


# --- keeping --------------------------------------------------------------------------------------------------------
def keep(
    page: str, verb: str, label: str, done: Sequence[BulkRow], refused: Sequence[BulkRow], *, actor: User
) -> BulkAct:
    """Keep what an act did to which rows, and which it left alone."""
    act = BulkAct.objects.create(actor=actor, page=page, verb=verb, label=label[:200])
    for row in (*done, *refused):
        row.act = act
    BulkRow.objects.bulk_create([*done, *refused])
    record(actor, verb, act, label=act.label)
    return act


# --- undoing --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """A row of an act as it is now: whether it can get its values back, or who changed it since."""

    row: BulkRow
    obstacle: str = ""


def standings(act: BulkAct) -> list[Standing]:
    """Every row that was changed and is not undone; what is hidden from its actor by now is as good as gone."""
    way = _way(act)
    rows = list(act.rows.filter(refusal="", undone=False))
    keys = [row.object_id for row in rows]
    rows_of: Any = way.model._default_manager.filter(pk__in=keys)
    found: dict[int, Any] = {each.pk: each for each in rows_of.visible_to(act.actor)}
    latest = _latest_acts(way.model, keys)
    return [Standing(row, _obstacle(row, found.get(row.object_id), latest.get(row.object_id))) for row in rows]


def _way(act: BulkAct) -> Reversible:
    way = REVERSIBLE.find(act.verb)
    if way is None:
        raise WrongState(_("This act has no way back."))
    return way


def _latest_acts(model: type[models.Model], keys: Sequence[int]) -> dict[int, Record]:
    rows = Record.objects.filter(object_type=model._meta.label_lower, object_id__in=keys).select_related("actor")
    return {row.object_id: row for row in rows.order_by("object_id", "-pk").distinct("object_id") if row.object_id}


def _obstacle(row: BulkRow, found: Any, latest: Record | None) -> str:
    if found is None:
        return _("It does not exist any more.")
    if found.version == row.version:
        return ""
    if latest is None:
        return _("It was changed since.")
    return _("%(person)s changed it on %(when)s.") % {"person": latest.actor, "when": formats.instant(latest.at)}


def undo(pk: int, *, actor: User, version: int | None = None) -> BulkAct:
    """Give the rows that nobody changed since their values back; the others stay and keep their reason."""
    with acting(actor, "bulk.undo"):
        act = lock(BulkAct.objects.visible_to(actor), pk, version=version)
        open_rows = standings(act)
        free = [each.row for each in open_rows if not each.obstacle]
        if not free:
            raise WrongState(_("Nothing is left to undo: every row was undone, or changed by somebody since."))
        way = _way(act)
        left = len(open_rows) - sum(_put_back(way, row, actor) for row in free)
        act.state = BulkAct.State.PARTLY if left else BulkAct.State.UNDONE
        act.undone_at, act.version = timezone.now(), act.version + 1
        act.save()
        record(actor, act.verb, act, label=_("Undone: %(act)s") % {"act": act.label})
    return act


def _put_back(way: Reversible, row: BulkRow, actor: User) -> bool:
    """Whether the row got its values back; what its rules or rights refuse now stays as it is."""
    try:
        with transaction.atomic():
            obj = way.model._default_manager.get(pk=row.object_id)
            way.put(obj, restored(way.model, row.before), actor=actor, version=row.version)
    except (HouseError, ValidationError, models.ObjectDoesNotExist):
        return False
    row.undone = True
    row.save(update_fields=["undone"])
    return True
