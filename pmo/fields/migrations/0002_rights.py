"""Gives the shipped roles the permissions of custom fields."""

from django.db import migrations

from pmo.access.permissions import SHIPPED

CODES = ("field.view", "field.edit")


def forwards(apps, schema_editor):
    Role, RolePermission = apps.get_model("access", "Role"), apps.get_model("access", "RolePermission")
    for role in Role.objects.filter(code__in=SHIPPED):
        for code in CODES:
            if code in SHIPPED[role.code]:
                RolePermission.objects.get_or_create(
                    role=role, permission=code, defaults={"reach": SHIPPED[role.code][code]}
                )


class Migration(migrations.Migration):
    dependencies = [("fields", "0001_custom_fields"), ("access", "0002_shipped_roles"), ("audit", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
