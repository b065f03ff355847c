"""Verbs on roles: their names and what the matrix lets them do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from pmo.access.models import Role, RolePermission, User
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import insist, require
from pmo.audit.acting import action, lock
from pmo.audit.edit import save_checked
from pmo.audit.records import record
from pmo.console.guards import keep_an_administrator, may_change, serialise_administration
from pmo.console.queries import matrix_version
from pmo.kernel.errors import Broken, Stale

RESERVED_CODE = "new"
"""The address of the page that adds a role, so no role can live there."""


@action("grant.edit")
def add_role(*, code: str, name: str, actor: User, like: Role | None = None) -> Role:
    """A role of this installation, empty or with the permissions of another one."""
    require(actor, "grant.edit")
    if code == RESERVED_CODE:
        raise Broken(_("This code is an address already; choose another one."), field="code")
    role = Role(code=code, name=name)
    save_checked(role)
    copied = like.permissions.values_list("permission", "reach") if like is not None else ()
    for permission, reach in copied:
        role.permissions.create(permission=permission, reach=reach)
    record(actor, "grant.edit", role, changes={"permissions": ["", _("as %(role)s") % {"role": like}] if like else []})
    return role


@action("grant.edit")
def set_permissions(pk: int, reaches: Mapping[str, str], *, actor: User, version: int | None = None) -> Role:
    """Make the role's permissions exactly `reaches` (permission to reach, "" for none) for the codes given."""
    require(actor, "grant.edit")
    serialise_administration()
    role = lock(Role.objects.all(), pk)
    if version is not None and matrix_version(role) != version:
        role.__dict__["version"] = matrix_version(role)
        raise Stale(role)
    before = dict(role.permissions.values_list("permission", "reach"))
    after = {code: reach for code, reach in {**before, **reaches}.items() if reach}
    _check(reaches, after)
    differing = {code: [before.get(code, ""), after.get(code, "")] for code in sorted({*before, *after})}
    differing = {code: pair for code, pair in differing.items() if pair[0] != pair[1]}
    if differing:
        insist(may_change(actor, role, differing))
        _write(role, differing)
        keep_an_administrator()
        record(actor, "grant.edit", role, changes=differing)
    return role


def _check(reaches: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Known words only, and whoever grants roles never approves (segregation of duties)."""
    for code, reach in reaches.items():
        if code not in PERMISSIONS or reach not in ("", *RolePermission.Reach.values):
            raise Broken(_("There is no permission “%(code)s” with this reach.") % {"code": code[:60]})
    deciding = [str(PERMISSIONS[code].label) for code in after if code in PERMISSIONS and PERMISSIONS[code].decides]
    if deciding and "grant.edit" in after:
        raise Broken(_("A role that grants roles must not approve: %(names)s.") % {"names": ", ".join(deciding)})


def _write(role: Role, differing: Mapping[str, list[str]]) -> None:
    for code, (before, after) in differing.items():
        if not after:
            role.permissions.filter(permission=code).delete()
        elif before:
            role.permissions.filter(permission=code).update(reach=after)
        else:
            role.permissions.create(permission=code, reach=after)
