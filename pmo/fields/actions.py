"""Verbs on custom fields: declare, change, order, retire, convert, delete."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import Role, User
from pmo.access.policy import reach, require
from pmo.audit.acting import action, lock
from pmo.audit.edit import apply_changes, save_checked
from pmo.audit.records import record
from pmo.fields.models import CustomField, FieldType
from pmo.fields.offers import COLUMN, FIELDED, Fielded
from pmo.fields.queries import filled, option_use
from pmo.fields.rules import definitions as d
from pmo.fields.rules.definitions import BadValue, Option, parameters
from pmo.fields.rules.names import check_options, check_slug, option_slug, suggested
from pmo.fields.rules.values import convert
from pmo.fields.words import told
from pmo.fields.writing import VALUES_LOCK
from pmo.kernel.errors import Broken, Invalid, NotVisible, Refused, WrongState
from pmo.kernel.verdict import no
from pmo.organisation.models import Organisation

MOST_FIELDS = 60
BATCH = 500
EDITABLE = ("label", "help", "unit", "choices", "required", "in_packs", "seen_by", "section")


# --- declaring ------------------------------------------------------------------------------------------------------
@action("field.edit")
def add_field(
    *,
    kind: str,
    label: str,
    type: str,
    slug: str = "",
    actor: User,
    **more: Any,
) -> CustomField:
    """A new field of a kind of object, after the others; without a slug it gets one out of its label."""
    require_declarer(actor)
    fielded = fielded_of(kind)
    _hold()
    others = list(CustomField.objects.select_for_update().filter(kind=kind))
    if len(others) >= MOST_FIELDS:
        raise Broken(_("There are %(n)s fields already; that is the most.") % {"n": len(others)}, "kind")
    last = max((other.position for other in others), default=0)
    field = CustomField(kind=kind, label=label.strip(), type=type, slug=slug or suggested(label), position=last + 1)
    apply_changes(field, {name: value for name, value in more.items() if name in EDITABLE})
    field.choices = _options(more.get("choices", ()), ())
    _settle(field, fielded, others)
    record(actor, "field.edit", field, changes={"label": ["", field.label]})
    return field


@action("field.edit")
def edit_field(pk: int, changes: Mapping[str, Any], *, actor: User, version: int | None = None) -> CustomField:
    """Change what a field is called, offers, demands and to whom it is shown; never its type or its name."""
    require_declarer(actor)
    _hold()
    field = lock(CustomField.objects.all(), pk, version=version)
    wanted = {name: value for name, value in changes.items() if name in EDITABLE}
    if "choices" in wanted:
        wanted["choices"] = _options(wanted["choices"], field.options)
        _keep_used_options(field, wanted["choices"])
    if wanted.get("unit", field.unit) != field.unit and field.type == d.MONEY and _count(field):
        raise Broken(
            _("Amounts in %(currency)s are kept already; clear them first.") % {"currency": field.unit}, "unit"
        )
    differing = apply_changes(field, wanted)
    return _store(field, differing, actor) if differing else field


def _store(field: CustomField, differing: dict[str, Any], actor: User) -> CustomField:
    others = list(CustomField.objects.filter(kind=field.kind).exclude(pk=field.pk))
    field.version += 1
    _settle(field, fielded_of(field.kind), others)
    record(actor, "field.edit", field, changes=differing)
    return field


def require_declarer(actor: User) -> None:
    """Stop who may not declare fields, and who may only within some scope: fields are the whole organisation's."""
    require(actor, "field.edit")
    if not reach(actor, "field.edit").everything:
        raise Refused(no(_("Custom fields hold for the whole organisation; your role reaches only a part of it.")))


def fielded_of(kind: str) -> Fielded:
    """The kind of object; Broken when nothing of that name carries custom fields."""
    found = FIELDED.find(kind)
    if found is None:
        known = ", ".join(each.kind for each in FIELDED.all())
        raise Broken(_("“%(kind)s” carries no fields. Known: %(known)s.") % {"kind": kind[:40], "known": known}, "kind")
    return found


def _hold() -> None:
    """Until the end of the transaction nobody writes values and nobody else changes fields."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VALUES_LOCK])


def _settle(field: CustomField, fielded: Fielded, others: Sequence[CustomField]) -> None:
    """Check the whole declaration and save it; Invalid names everything that is wrong at once."""
    if field.type == d.MONEY and not field.unit:
        field.unit = Organisation.current().currency
    errors: dict[str, list[str]] = {}
    for name, check in _checks(field, fielded, others):
        try:
            check()
        except BadValue as bad:
            errors.setdefault(name, []).append(told(bad))
        except Invalid as bad:
            errors.setdefault(name, []).append(bad.message)
    if errors:
        raise Invalid(errors)
    save_checked(field)


def _checks(
    field: CustomField, fielded: Fielded, others: Sequence[CustomField]
) -> Iterable[tuple[str, Callable[[], None]]]:
    words = {word for other in others for word in parameters(other.type, other.slug)}
    yield "slug", lambda: check_slug(field.slug, field.type, taken=fielded.names(), others=words)
    yield "label", lambda: _check_label(field, fielded, others)
    yield "type", lambda: _check_type(field)
    yield "unit", lambda: _check_unit(field)
    yield "seen_by", lambda: _check_readers(field)
    if field.type in d.CHOOSING:
        yield "choices", lambda: check_options(field.options)


def _check_label(field: CustomField, fielded: Fielded, others: Sequence[CustomField]) -> None:
    word = field.label.strip().casefold()
    if not word:
        raise BadValue("required")
    if word in {each.casefold() for each in fielded.labels()}:
        raise Broken(_("There is a built-in field called “%(label)s”; choose another label.") % {"label": field.label})
    if word in {other.label.casefold() for other in others}:
        raise Broken(_("Another field is called “%(label)s” already.") % {"label": field.label})


def _check_type(field: CustomField) -> None:
    if field.type not in FieldType.values:
        raise Broken(_("There is no such type. Types: %(known)s.") % {"known": ", ".join(FieldType.values)})


def _check_unit(field: CustomField) -> None:
    if field.type == d.MONEY and not re.fullmatch(r"[A-Z]{3}", field.unit):
        raise Broken(_("A currency is three capital letters such as EUR (ISO 4217)."))
    if field.unit and field.type not in d.NUMERIC:
        raise Broken(_("Only figures have a unit; leave it empty."))


def _check_readers(field: CustomField) -> None:
    known = set(Role.objects.filter(code__in=field.seen_by).values_list("code", flat=True))
    unknown = sorted(set(field.seen_by) - known)
    if unknown:
        raise Broken(_("There is no role “%(role)s”.") % {"role": unknown[0][:40]})
    if field.seen_by and field.in_packs:
        raise Broken(_("A pack is read by many: a field in packs cannot be kept to some roles. Choose one of the two."))


def _options(given: Iterable[Any], before: Sequence[Option]) -> list[dict[str, Any]]:
    """Options as stored; one without a slug keeps that of its label, or gets a new one."""
    slugs = {option.label.casefold(): option.slug for option in before}
    known, found = {option.slug for option in before}, []
    for each in given:
        entry = {"label": each} if isinstance(each, str) else dict(each)
        label = " ".join(str(entry.get("label", "")).split())
        slug = entry.get("slug") or slugs.get(label.casefold()) or option_slug(label, known)
        if entry.get("slug") and entry["slug"] not in known:
            raise Broken(_("There is no choice “%(slug)s” yet; leave its name out.") % {"slug": slug[:40]}, "choices")
        known.add(slug)
        found.append(Option(slug, label, bool(entry.get("retired"))).stored())
    return found


def _keep_used_options(field: CustomField, wanted: Sequence[Mapping[str, Any]]) -> None:
    """An option that objects have is retired, never removed."""
    kept = {option["slug"] for option in wanted}
    gone = [option for option in field.options if option.slug not in kept]
    used = option_use(fielded_of(field.kind), field) if gone else {}
    if missing := [option.label for option in gone if used.get(option.slug)]:
        text = _("“%(label)s” is in use; retire it instead of removing it.")
        raise Broken(text % {"label": missing[0]}, "choices")


# --- order and life -------------------------------------------------------------------------------------------------
@action("field.edit")
def move(pk: int, *, up: bool, actor: User) -> CustomField:
    """One place up or down among the live fields of its kind; at the end it stays where it is."""
    require_declarer(actor)
    field = lock(CustomField.objects.all(), pk)
    rows = list(CustomField.objects.select_for_update().live().filter(kind=field.kind))
    place = next((place for place, row in enumerate(rows) if row.pk == pk), None)
    beside = None if place is None else place - 1 if up else place + 1
    if place is None or beside is None or not 0 <= beside < len(rows):
        return field
    rows[place], rows[beside] = rows[beside], rows[place]
    for number, row in enumerate(rows, start=1):
        if row.position != number:
            row.position = number
            save_checked(row)
    record(actor, "field.edit", field, changes={"position": [str(place + 1), str(beside + 1)]})
    return rows[beside]


@action("field.edit")
def retire(pk: int, *, actor: User, version: int | None = None) -> CustomField:
    """Take a field out of forms, lists, exports and interfaces; its values stay and come back when it is restored."""
    return _live_or_not(pk, retired=True, actor=actor, version=version)


@action("field.edit")
def restore(pk: int, *, actor: User, version: int | None = None) -> CustomField:
    """Take a retired field into use again, with the values it had."""
    return _live_or_not(pk, retired=False, actor=actor, version=version)


def _live_or_not(pk: int, *, retired: bool, actor: User, version: int | None) -> CustomField:
    require_declarer(actor)
    _hold()
    field = lock(CustomField.objects.all(), pk, version=version)
    if (field.retired_at is not None) == retired:
        raise WrongState(_("This field is retired already.") if retired else _("This field is in use already."))
    field.retired_at, field.version = timezone.now() if retired else None, field.version + 1
    save_checked(field)
    moved = [_("in use"), _("retired")]
    record(actor, "field.edit", field, changes={"retired_at": moved if retired else moved[::-1]})
    return field


@action("field.edit")
def delete_field(pk: int, *, actor: User, version: int | None = None) -> None:
    """Remove a field that no object has a value of."""
    require_declarer(actor)
    _hold()
    field = lock(CustomField.objects.all(), pk, version=version)
    count = _count(field)
    if count:
        text = _("%(n)s objects have a value of this field. Retire it instead: the values stay, nobody is asked.")
        raise WrongState(text % {"n": count})
    record(actor, "field.edit", field, changes={"label": [field.label, ""]})
    field.delete()


def _count(field: CustomField) -> int:
    return filled(fielded_of(field.kind), [field.slug])[field.slug]


# --- another type ---------------------------------------------------------------------------------------------------
@action("field.edit")
def change_type(
    pk: int,
    type: str,
    *,
    unit: str = "",
    choices: Iterable[Any] = (),
    actor: User,
    version: int | None = None,
) -> CustomField:
    """Give a field another type and convert every value, or, when one does not convert, change nothing."""
    require_declarer(actor)
    _hold()
    field = lock(CustomField.objects.all(), pk, version=version)
    before, old = field.definition, str(field.get_type_display())
    _take_type(field, type, unit, choices)
    changed, failing = _converted(field, before)
    if failing:
        text = _("%(n)s values do not convert to “%(type)s”. Mend or clear them first.")
        raise WrongState(text % {"n": failing, "type": field.get_type_display()})
    _write(field, changed)
    return _store(field, {"type": [old, str(field.get_type_display())]}, actor)


def _take_type(field: CustomField, type_: str, unit: str, choices: Iterable[Any]) -> None:
    if type_ not in FieldType.values:
        raise Broken(_("There is no such type. Types: %(known)s.") % {"known": ", ".join(FieldType.values)}, "type")
    if type_ in d.CHOOSING:
        field.choices = _options(choices, field.options) or field.choices
    elif field.type in d.CHOOSING:
        field.choices = []
    field.type, field.unit = type_, (unit or (field.unit if type_ != d.MONEY else "")) if type_ in d.NUMERIC else ""


def _converted(field: CustomField, before: d.Definition) -> tuple[list[Any], int]:
    """The objects whose value differs under the field's new type, and how many values do not convert."""
    rows = fielded_of(field.kind).rows.select_for_update(of=("self",)).order_by("pk")
    changed, failing = [], 0
    for row in rows.filter(**{f"{COLUMN}__has_key": field.slug}):
        values = getattr(row, COLUMN)
        try:
            value = convert(before, field.definition, values[field.slug])
        except BadValue:
            failing += 1
            continue
        if value != values[field.slug] or type(value) is not type(values[field.slug]):
            setattr(row, COLUMN, {**values, field.slug: value})
            row.version += 1
            changed.append(row)
    return changed, failing


def _write(field: CustomField, rows: Sequence[Any]) -> None:
    fielded_of(field.kind).rows.bulk_update(rows, [COLUMN, "version"], batch_size=BATCH)


def preview_type(field: CustomField, type_: str, *, unit: str = "", choices: Iterable[Any] = ()) -> tuple[int, int]:
    """How many values would convert to another type, and how many would not; nothing is written."""
    after = CustomField.objects.filter(pk=field.pk).first()
    if after is None:
        raise NotVisible(_("This does not exist."))
    before = after.definition
    _take_type(after, type_, unit, choices)
    kept = failing = 0
    rows = fielded_of(field.kind).rows.filter(**{f"{COLUMN}__has_key": field.slug})
    for values in rows.values_list(COLUMN, flat=True).iterator(chunk_size=BATCH):
        try:
            convert(before, after.definition, values[field.slug])
            kept += 1
        except BadValue:
            failing += 1
    return kept, failing
