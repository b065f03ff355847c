"""Reads about accounts: who they are, what they hold and what that lets them do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from pmo.access.models import SYSTEM_USERNAME, Delegation, Grant, Role, RolePermission, User
from pmo.access.offers import SCOPE_KINDS
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import reaches
from pmo.access.reach import Reach
from pmo.audit.persons import detail_events
from pmo.audit.tracking import event_model_of
from pmo.console.models import Invitation

ScopeKey = tuple[str, int]


def accounts() -> QuerySet[User]:
    """People and service accounts, without the system's own actor."""
    return User.objects.exclude(username=SYSTEM_USERNAME)


def listed_accounts() -> QuerySet[User]:
    """Accounts with the unit and the roles in force now: two queries however many rows."""
    current = Prefetch("grants", Grant.objects.current().select_related("role"), to_attr="current_grants")
    return accounts().select_related("placement__unit").prefetch_related(current)


def administrators() -> QuerySet[User]:
    """Active people who may grant every role, without an end; who was asked in and has no password yet is none."""
    lasting = Grant.objects.current().filter(
        scope=Grant.Scope.ORGANISATION,
        ends_at=None,
        role__permissions__permission="grant.edit",
        role__permissions__reach="all",
    )
    coming = Invitation.objects.filter(accepted_at=None, person__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    able = User.objects.people().filter(is_active=True, pk__in=lasting.values("user"))
    return able.exclude(pk__in=coming.values("person"))


def delegations_of(person: User, *, everybody: bool = False) -> QuerySet[Delegation]:
    """What the person lent and borrowed, the latest first; everybody's for those who edit users."""
    rows = Delegation.objects.select_related("delegator", "delegate")
    return rows if everybody else rows.filter(Q(delegator=person) | Q(delegate=person))


def nobody_is_here() -> bool:
    """Whether the installation still waits for its first administrator."""
    return not User.objects.people().exists()


def account_version(person: User) -> int:
    """The version of an account: it grows with each of its history rows, so every change counts, also by SQL."""
    tables = (event_model_of(User)._default_manager, detail_events())
    return sum(_latest(events.filter(pgh_obj_id=person.pk)) for events in tables)


def matrix_version(role: Role) -> int:
    """The version of a role's permissions: the number of the latest history row about them."""
    return _latest(event_model_of(RolePermission)._default_manager.filter(role_id=role.pk))


def _latest(events: QuerySet[Any]) -> int:
    found: int | None = events.aggregate(latest=Max("pgh_id"))["latest"]
    return found or 0


# --- words --------------------------------------------------------------------------------------------------------
def scope_names(keys: Iterable[ScopeKey]) -> dict[ScopeKey, str]:
    """What scopes are called ("Portfolio Infrastructure"); one query for each kind."""
    ids: dict[str, set[int]] = {}
    for kind, pk in keys:
        ids.setdefault(kind, set()).add(pk)
    named: dict[ScopeKey, str] = {}
    for kind, wanted in ids.items():
        offered = SCOPE_KINDS.find(kind)
        found = offered.by_ids(wanted) if offered else {}
        label = str(offered.label) if offered else kind
        named |= {(kind, pk): _named(label, found[pk].name if pk in found else "") for pk in wanted}
    return named


def _named(label: str, name: str) -> str:
    return f"{label} {name}" if name else _("%(kind)s that is hidden or gone") % {"kind": label}


def scope_words(grant: Any, names: Mapping[ScopeKey, str]) -> str:
    """Where a grant holds; takes a grant or a history row of one."""
    if grant.scope_id is None:
        return _("whole organisation")
    return names.get((grant.scope, grant.scope_id), "")


def scope_keys(grants: Iterable[Any]) -> list[ScopeKey]:
    return [(each.scope, each.scope_id) for each in grants if each.scope_id is not None]


def rights_in_words(person: User) -> list[tuple[str, list[str]]]:
    """What the person's roles allow, gathered by where they allow it, the widest first."""
    held = reaches(person)
    names = scope_names((kind, pk) for reach in held.values() for kind, ids in reach.ids.items() for pk in ids)
    gathered: dict[str, list[str]] = {}
    for code, permission in PERMISSIONS.items():
        if reach := held.get(code):
            gathered.setdefault(reach_words(reach, names), []).append(str(permission.label))
    return sorted(gathered.items(), key=lambda each: -len(each[1]))


def reach_words(reach: Reach, names: Mapping[ScopeKey, str]) -> str:
    """How far a permission goes, in words."""
    if reach.everything:
        return _("Everywhere")
    parts = [names.get((kind, pk), kind) for kind, ids in reach.ids.items() for pk in sorted(ids)]
    own = [
        (reach.own_portfolios, _("own portfolios")),
        (bool(reach.own_projects) and not reach.own_portfolios, _("own projects")),
        (reach.own_units, _("own units")),
        (reach.own_objects, _("what is their own")),
    ]
    parts += [words for holds, words in own if holds]
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]
