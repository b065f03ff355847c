"""Two deployments that begin together migrate one after the other."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection

from pmo.console.management.commands.migrate import LOCK


@pytest.mark.django_db(transaction=True)
def test_a_second_migration_says_that_it_waits_and_ends_well(eventually: Callable[..., Any]) -> None:
    said, done = io.StringIO(), threading.Event()

    def migrate() -> None:
        try:
            call_command("migrate", "contenttypes", verbosity=0, stderr=said)
            done.set()
        finally:
            connection.close()

    other = psycopg2.connect(**connection.get_connection_params())
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    second = threading.Thread(target=migrate)
    second.start()
    try:
        eventually(lambda: "Another migration of this database runs" in said.getvalue())
        assert not done.is_set()
    finally:
        other.close()
        second.join(60)
    assert done.is_set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [LOCK % 2**32])
        assert cursor.fetchone() == (0,)
