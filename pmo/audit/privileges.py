"""Gives the application's own database role what it needs, and no way to change history."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

from pmo.audit.kept import kept_models
from pmo.audit.models import Seal, SealPart


def protected_tables() -> list[str]:
    """Tables whose rows the application may add and read, never change: history and the seals over it."""
    guarded: list[Any] = [*kept_models(), Seal, SealPart]
    return sorted({model._meta.db_table for model in guarded})


def apply(using: str = "default", **_kwargs: Any) -> None:
    """As `give`, after migrations."""
    give(connections[using])


def give(connection: Any) -> None:
    """Grant and revoke for the role of DATABASE_URL; nothing to do when the owner runs the application."""
    role = settings.APPLICATION_ROLE
    if not role or role == connection.settings_dict["USER"]:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            return
        name = connection.ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        existing = set(connection.introspection.table_names(cursor))
        for table in set(protected_tables()) & existing:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(table)} FROM {name}")


def after_migrations(sender: Any, using: str = "default", **_kwargs: Any) -> None:
    """Runs when the last app has migrated, so that every table is there."""
    if sender.label == list(apps.get_app_configs())[-1].label:
        apply(using)
