"""Gives the roles of an existing installation what they may do with action items; a new one has it already."""

from django.db import migrations

GRANTED = {
    "action.view": {
        "director": "all",
        "portfolio_manager": "portfolio",
        "project_manager": "project",
        "analyst": "all",
        "administrator": "all",
        "executive": "portfolio",
        "resource_manager": "unit",
        "member": "project",
        "integration": "all",
    },
    "action.raise": {
        "director": "all",
        "portfolio_manager": "portfolio",
        "project_manager": "project",
        "analyst": "all",
        "administrator": "project",
        "resource_manager": "unit",
        "member": "project",
        "integration": "all",
    },
    "action.edit": {
        "director": "self",
        "portfolio_manager": "portfolio",
        "project_manager": "project",
        "analyst": "self",
        "administrator": "project",
        "executive": "self",
        "resource_manager": "self",
        "member": "self",
        "integration": "all",
    },
}


def grant(apps, schema_editor):
    roles = {role.code: role for role in apps.get_model("access", "Role").objects.all()}
    permissions = apps.get_model("access", "RolePermission")
    for permission, reaches in GRANTED.items():
        for code, reach in reaches.items():
            if code in roles:
                permissions.objects.get_or_create(role=roles[code], permission=permission, defaults={"reach": reach})


def revoke(apps, schema_editor):
    apps.get_model("access", "RolePermission").objects.filter(permission__in=GRANTED).delete()


class Migration(migrations.Migration):
    dependencies = [("followups", "0001_initial"), ("access", "0002_shipped_roles")]
    operations = [migrations.RunPython(grant, revoke)]
