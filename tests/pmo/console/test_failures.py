"""What is nobody's mistake is told as what it is: 503 while something is away, 507 without room, by both doors."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import RequestFactory

from pmo import caching
from pmo.caching import ForgivingCache
from pmo.console import failures
from pmo.console.sessions import END, SessionStore
from pmo.console.tasks import end_session
from pmo.notices.models import Message
from pmo.outages import AWAY, BUSY, FULL, outage_of

PATHS = ("/projects/", "/api/v1/projects/")


def answer_to(path: str, error: Exception) -> Any:
    try:
        raise error
    except Exception:
        return failures.server_error(RequestFactory().get(path))


def caused(code: str) -> OperationalError:
    """As Django raises it: the error of the driver is its cause."""
    error, cause = OperationalError("told"), psycopg2.OperationalError("told")
    cause.__setstate__({"pgcode": code})  # type: ignore[no-untyped-call]
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OperationalError("server closed the connection"), AWAY),
        (caused("57P03"), AWAY),
        (caused("55P03"), BUSY),
        (caused("57014"), BUSY),
        (caused("53100"), FULL),
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), FULL),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError("a fault of ours"), None),
    ],
)
def test_an_outage_is_told_from_a_fault(error: Exception, outage: Any) -> None:
    assert outage_of(error) is outage


@pytest.mark.parametrize("path", PATHS)
def test_a_database_that_is_away_is_answered_503_with_when_to_ask_again(path: str) -> None:
    answer = answer_to(path, OperationalError("gone"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database does not answer" in answer.content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_a_full_disk_is_answered_507_and_nothing_promises_that_it_passes(path: str) -> None:
    answer = answer_to(path, OSError(errno.ENOSPC, "No space left on device"))
    assert (answer.status_code, answer.has_header("Retry-After")) == (507, False)
    assert "no room left" in answer.content.decode()


def test_a_fault_of_ours_stays_500_and_the_rest_door_speaks_json() -> None:
    assert "Something broke on our side" in answer_to("/projects/", ValueError("secret")).content.decode()
    answer = answer_to("/api/v1/projects/", ValueError("secret"))
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert b"secret" not in answer.content


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Another session holds the table."""
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with psycopg2.connect(**connection.get_connection_params()) as other, other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            held.set()
            release.wait(30)
            other.rollback()
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    try:
        yield
    finally:
        release.set()
        holder.join(30)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", PATHS)
def test_whoever_meets_a_lock_is_told_that_other_work_is_in_the_way(
    world: Any, client_of: Callable[..., Any], path: str
) -> None:
    client = client_of(world.users["director"])
    client.raise_request_exception = False
    client.get(path)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        with locked("portfolio_project"):
            answer = client.get(path)
    finally:
        connection.close()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Other work holds what this needs" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_session_that_ends_while_the_cache_is_away_is_handed_to_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    session = SessionStore()
    session.create()
    key = session.cache_key_prefix + str(session.session_key)
    assert cache.get(key) is not None
    monkeypatch.setattr(ForgivingCache, "_owed", set())
    monkeypatch.setattr(ForgivingCache, "_rests_until", float("inf"))
    session.delete()
    monkeypatch.setattr(ForgivingCache, "_rests_until", 0.0)
    # This process forgets what it owes, as one does that is started anew.
    monkeypatch.setattr(ForgivingCache, "_owed", set())
    assert cache.get(key) is not None
    message = Message.objects.get(task=END)
    assert (message.arguments, message.sent_at, message.task) == ([key], None, end_session.name)
    end_session(*message.arguments)
    assert cache.get(key) is None


@pytest.mark.django_db(transaction=True)
def test_a_session_that_ends_beside_a_cache_that_answers_asks_no_worker() -> None:
    assert caching.house_cache().answers()
    session = SessionStore()
    session.create()
    session.delete()
    assert not Message.objects.filter(task=END).exists()
