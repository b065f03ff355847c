"""What people answer for in this room, and how it goes to somebody else when they leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.access.offers import POSSESSIONS, Possession
from pmo.access.policy import require
from pmo.audit.acting import action
from pmo.audit.edit import save_checked
from pmo.audit.persons import word
from pmo.audit.records import record
from pmo.organisation.models import Unit
from pmo.organisation.offers import UNIT_HOLDINGS, Holding
from portfolio.projects.models import Portfolio, Programme, Project


@action("user.edit")
def hand_over(rows: Any, field: str, heir: User, *, actor: User, code: str) -> int:
    """Give the heir the place that `field` names in each row, with a record each; returns how many rows."""
    require(actor, "user.edit")
    return _put(rows, field, heir, actor, code)


def _put(rows: Any, field: str, value: Any, actor: User, code: str) -> int:
    locked = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for row in locked:
        before = getattr(row, field)
        setattr(row, field, value)
        row.version += 1
        save_checked(row)
        record(actor, code, row, changes={field: [word(before), word(value)]})
    return len(locked)


def possession(name: str, label: Any, model: Any, field: str, code: str, condition: Any = None) -> Possession:
    """A kind of row of which a person holds one place."""

    def held(person: User) -> Any:
        rows = model.objects.filter(**{field: person})
        return condition(rows) if condition else rows

    def move(person: User, heir: User, *, actor: User) -> int:
        return hand_over(held(person), field, heir, actor=actor, code=code)

    return Possession(name, label, held, move)


def active(rows: Any) -> Any:
    return rows.active()


KINDS: tuple[tuple[str, Any, Any, str, str, Callable[[Any], Any] | None], ...] = (
    ("managed_projects", _("Projects managed"), Project, "manager", "project.assign_manager", active),
    ("sponsored_projects", _("Projects sponsored"), Project, "sponsor", "project.edit", active),
    ("managed_programmes", _("Programmes managed"), Programme, "manager", "portfolio.edit", None),
    ("managed_portfolios", _("Portfolios managed"), Portfolio, "manager", "portfolio.edit", None),
)


def of_unit(label: Any, model: Any, code: str) -> Holding:
    """A kind of row that belongs to a unit."""

    def rows(unit: Unit) -> Any:
        return model.objects.filter(unit=unit)

    def carry(source: Unit, target: Unit, actor: User) -> int:
        return _put(rows(source), "unit", target, actor, code)

    return Holding(label, lambda unit: rows(unit).count(), carry)


def offer() -> None:
    """Called once, when the app is ready."""
    POSSESSIONS.add(*(possession(*kind) for kind in KINDS))
    UNIT_HOLDINGS.add(of_unit(_("Projects"), Project, "project.edit"))
    UNIT_HOLDINGS.add(of_unit(_("Portfolios"), Portfolio, "portfolio.edit"))
