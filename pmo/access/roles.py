"""Puts the shipped roles and their matrix into an installation, keeping what it changed itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import migrations, transaction

from pmo.access.permissions import ROLES, SHIPPED


@transaction.atomic
def install(role_model: Any, permission_model: Any) -> None:
    """Create missing shipped roles with their permissions, and permissions that are new since the last release.

    Takes the models as arguments because a migration passes historical ones.
    """
    for code, name in ROLES.items():
        role, _created = role_model.objects.get_or_create(code=code, defaults={"name": str(name)})
        known = set(role.permissions.values_list("permission", flat=True))
        permission_model.objects.bulk_create(
            permission_model(role=role, permission=permission, reach=reach)
            for permission, reach in SHIPPED[code].items()
            if permission not in known
        )


@transaction.atomic
def add(role_model: Any, permission_model: Any, codes: Collection[str]) -> None:
    """Give shipped roles the permissions that a release brings, and nothing that an installation took away before."""
    for role in role_model.objects.filter(code__in=SHIPPED):
        brought = {code: reach for code, reach in SHIPPED[role.code].items() if code in codes}
        known = set(role.permissions.filter(permission__in=brought).values_list("permission", flat=True))
        for code in sorted(brought.keys() - known):
            permission_model.objects.create(role=role, permission=code, reach=brought[code])


def granting(*codes: str) -> migrations.RunPython:
    """The operation of a migration that brings permissions to the roles as shipped; what is there already stays.

    The migration depends on `("access", "0002_shipped_roles")`.
    """

    def grant(apps: Any, schema_editor: Any) -> None:
        add(apps.get_model("access", "Role"), apps.get_model("access", "RolePermission"), codes)

    return migrations.RunPython(grant, migrations.RunPython.noop)
