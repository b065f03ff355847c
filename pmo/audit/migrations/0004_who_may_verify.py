"""Gives system administrators of an existing installation the right to have history verified; a new one has it."""

from django.db import migrations


def grant(apps, schema_editor):
    role = apps.get_model("access", "Role").objects.filter(code="sysadmin").first()
    if role is not None:
        permissions = apps.get_model("access", "RolePermission").objects
        permissions.get_or_create(role=role, permission="audit.verify", defaults={"reach": "all"})


def revoke(apps, schema_editor):
    apps.get_model("access", "RolePermission").objects.filter(permission="audit.verify").delete()


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_seals_over_history"), ("access", "0002_shipped_roles")]
    operations = [migrations.RunPython(grant, revoke)]
