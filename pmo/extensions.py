"""Extensions of PostgreSQL that migrations ask for and never take away."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import CreateExtension


class NeededExtension(CreateExtension):
    """Create the extension where it is missing; going back leaves it.

    Several apps stand on the same extension and go back one at a time, and the operator may have had it before.
    Each app asks by itself: a migration of its own for all of them could not come before those that ran long ago.
    """

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Whoever created the extension is not the only one who needs it."""
