"""Verbs on what hangs on a unit: retire it when nothing does, bring it back, merge it into another."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import Grant, User
from pmo.access.policy import require
from pmo.audit.acting import action, lock
from pmo.audit.edit import save_checked
from pmo.audit.records import record
from pmo.kernel.errors import Broken
from pmo.organisation.models import Placement, Unit
from pmo.organisation.offers import UNIT_HOLDINGS, Holding
from pmo.organisation.queries import house_today, subtree


@action("settings.edit")
def retire_unit(pk: int, *, actor: User, version: int | None = None) -> Unit:
    """Offer the unit no more; what hangs on it must have gone elsewhere before."""
    require(actor, "settings.edit", view="settings.view")
    unit = lock(Unit.objects.all(), pk, version=version)
    hanging = UNIT_HOLDINGS.of(unit)
    if hanging:
        told = ", ".join(f"{label} ({count})" for label, count in hanging)
        raise Broken(
            _("This hangs on the unit: %(things)s. Merge the unit into another, or move these.") % {"things": told}
        )
    return _set_retired(unit, house_today(), actor)


@action("settings.edit")
def restore_unit(pk: int, *, actor: User, version: int | None = None) -> Unit:
    """Offer a retired unit again."""
    require(actor, "settings.edit", view="settings.view")
    return _set_retired(lock(Unit.objects.all(), pk, version=version), None, actor)


@action("settings.edit")
def merge_unit(pk: int, target: Unit, *, actor: User, version: int | None = None) -> Unit:
    """Carry all that hangs on the unit over to another, with a record each, and retire it."""
    require(actor, "settings.edit", view="settings.view")
    rows = {unit.pk: unit for unit in Unit.objects.select_for_update(of=("self",)).order_by("pk")}
    unit = lock(Unit.objects.all(), pk, version=version)
    heir = rows.get(target.pk)
    if heir is None or heir.retired_on is not None:
        raise Broken(_("Choose a unit that is in use."), field="target")
    if heir.pk in subtree([unit.pk]):
        raise Broken(_("Choose a unit that is not below this one."), field="target")
    for kind in UNIT_HOLDINGS.kinds:
        kind.carry(unit, heir, actor)
    record(actor, "settings.edit", unit, changes={"parent": [str(unit), str(heir)]})
    return _set_retired(unit, house_today(), actor)


def _set_retired(unit: Unit, day: object, actor: User) -> Unit:
    before, unit.retired_on = unit.retired_on, day  # type: ignore[assignment]
    if before != day:
        unit.version += 1
        save_checked(unit)
        record(actor, "settings.edit", unit, changes={"retired_on": [str(before or ""), str(day or "")]})
    return unit


# --- what hangs on a unit in the foundation ---------------------------------------------------------------------------
def _carry_units(source: Unit, target: Unit, actor: User) -> int:
    below = list(source.children.all())
    for unit in below:
        unit.parent, unit.version = target, unit.version + 1
        save_checked(unit)
        record(actor, "settings.edit", unit, changes={"parent": [str(source), str(target)]})
    return len(below)


def _carry_people(source: Unit, target: Unit, actor: User) -> int:
    placed = list(source.placements.select_related("user"))
    for place in placed:
        place.unit, place.version = target, place.version + 1
        save_checked(place)
        record(actor, "user.edit", place.user, changes={"unit": [str(source), str(target)]})
    return len(placed)


def _grants(unit: Unit) -> QuerySet[Grant]:
    return Grant.objects.filter(scope=Grant.Scope.UNIT, scope_id=unit.pk)


def _carry_grants(source: Unit, target: Unit, actor: User) -> int:
    found = list(_grants(source).select_related("user", "role"))
    for grant in found:
        grant.scope_id = target.pk
        save_checked(grant)
        record(
            actor, "grant.edit", grant.user, changes={"scope": [f"{grant.role}: {source}", f"{grant.role}: {target}"]}
        )
    return len(found)


def offer() -> None:
    """Called once, when the app is ready."""
    UNIT_HOLDINGS.add(
        Holding(gettext_lazy("Units"), lambda unit: unit.children.filter(retired_on=None).count(), _carry_units)
    )
    UNIT_HOLDINGS.add(
        Holding(gettext_lazy("People"), lambda unit: Placement.objects.filter(unit=unit).count(), _carry_people)
    )
    UNIT_HOLDINGS.add(Holding(gettext_lazy("Roles within the unit"), lambda unit: _grants(unit).count(), _carry_grants))
