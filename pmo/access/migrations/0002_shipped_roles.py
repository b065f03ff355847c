"""Puts the shipped roles and their permission matrix in place."""

from django.db import migrations

from pmo.access.roles import install


def forwards(apps, schema_editor):
    install(apps.get_model("access", "Role"), apps.get_model("access", "RolePermission"))


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
