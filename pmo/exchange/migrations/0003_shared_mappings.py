"""Lets those who keep the house's data share how columns of files are mapped."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from pmo.access.roles import add


def grant(apps: Any, schema_editor: Any) -> None:
    add(apps.get_model("access", "Role"), apps.get_model("access", "RolePermission"), {"import.share_mapping"})


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_mapping_and_mending"), ("access", "0002_shipped_roles")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
