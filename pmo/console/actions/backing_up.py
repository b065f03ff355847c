"""The act that keeps that a backup was made."""

from __future__ import annotations

from pmo.access.models import User
from pmo.audit.acting import action
from pmo.audit.records import record
from pmo.console.setting_up import BACKUP
from pmo.organisation.models import Organisation


@action(BACKUP)
def keep_backup(rows: int, *, actor: User) -> None:
    """Put on record that a backup holds so many rows."""
    record(actor, BACKUP, Organisation.current(), changes={"rows": ["", str(rows)]})
