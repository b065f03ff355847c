"""Asks a served application over HTTP as a signed-in person, one request after another or several at once."""

from __future__ import annotations

import http.client
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from pmo.access.models import User
from pmo.console.sessions import SessionStore
from reporting.sample.measuring import Wanted
from reporting.sample.serving import HOST, Server


@dataclass(frozen=True)
class Timed:
    """Times of answers in milliseconds, sorted, and the size of the last one in bytes, plain and compressed."""

    times: Sequence[float]
    size: int
    sent: int

    def at(self, share: float) -> float:
        return self.times[min(len(self.times) - 1, int(share * len(self.times)))]


@contextmanager
def signed_in(reader: User) -> Iterator[str]:
    """The cookie of a session that ends with the measurement."""
    session = SessionStore()
    session[SESSION_KEY] = str(reader.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = reader.get_session_auth_hash()
    session.create()
    try:
        yield f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    finally:
        session.delete()


def asked(server: Server, cookie: str, wanted: Wanted, *, times: int, at_once: int = 1) -> Timed:
    """The page so many times, by that many people at once."""
    each = max(1, times // at_once)
    with ThreadPoolExecutor(at_once) as pool:
        parts = list(pool.map(lambda _: _in_turn(server, cookie, wanted, each), range(at_once)))
    body = parts[0][1]
    return Timed(sorted(time for found, _ in parts for time in found), len(body), len(zlib.compress(body, 6)))


def _in_turn(server: Server, cookie: str, wanted: Wanted, times: int) -> tuple[list[float], bytes]:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=120)
    found, body = [], b""
    try:
        for _ in range(times):
            began = perf_counter()
            connection.request("GET", wanted.url, headers={"Cookie": cookie, **wanted.headers})
            answer = connection.getresponse()
            body = answer.read()
            found.append((perf_counter() - began) * 1000)
            if answer.status != 200:
                raise ValueError(f"{wanted.name} answered {answer.status}")
    finally:
        connection.close()
    return found, body
