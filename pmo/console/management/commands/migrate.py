"""Django's `migrate`, one at a time: two deployments that begin together would make the same tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.management.commands import migrate
from django.db import DatabaseError, connections

LOCK = 7_201_990_411
"""Any number of our own: the lock is known by it, in each database for itself."""


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """The second waits, and then finds nothing to do."""
        with only_one(connections[options["database"]], self.stderr.write):
            super().handle(*args, **options)


@contextmanager
def only_one(connection: Any, say: Callable[[str], Any]) -> Iterator[None]:
    """Hold the lock of this database; it ends with the session too, should that be killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            say("Another migration of this database runs; waiting for its end.")
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
