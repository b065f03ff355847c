"""Gives the roles of an existing installation what they may do with files and comments; a new one has it already."""

from django.db import migrations

GRANTED = {
    "attachment.add": {
        "director": "all",
        "portfolio_manager": "portfolio",
        "project_manager": "project",
        "analyst": "all",
        "administrator": "all",
        "member": "project",
        "integration": "all",
    },
    "attachment.approve": {
        "director": "all",
        "portfolio_manager": "portfolio",
        "project_manager": "project",
        "executive": "project",
    },
    "attachment.withdraw": {
        "director": "all",
        "portfolio_manager": "portfolio",
        "project_manager": "project",
        "analyst": "all",
        "administrator": "project",
    },
    "comment.write": {
        "director": "all",
        "portfolio_manager": "portfolio",
        "project_manager": "project",
        "analyst": "all",
        "administrator": "all",
        "executive": "portfolio",
        "resource_manager": "unit",
        "member": "project",
    },
    "comment.moderate": {"director": "all", "portfolio_manager": "portfolio", "analyst": "all"},
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
    dependencies = [("attachments", "0001_files_and_comments"), ("access", "0002_shipped_roles")]
    operations = [migrations.RunPython(grant, revoke)]
