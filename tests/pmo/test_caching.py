"""Without Redis the cache is empty and nobody waits; what was to be deleted meanwhile does not come back."""

from __future__ import annotations

import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from pmo import caching
from pmo.caching import ForgivingCache
from pmo.embedded.broker import server_binary


class Server:
    """A Redis that keeps every write on the disk."""

    def __init__(self, folder: str) -> None:
        self.folder, self.socket = folder, f"{folder}/redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, eventually: Callable[..., Any]) -> None:
        command = [str(server_binary()), "--port", "0", "--unixsocket", self.socket, "--dir", self.folder]
        keeping = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        self.process = subprocess.Popen([*command, *keeping], stdout=subprocess.DEVNULL)
        eventually(self.answers)

    def answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=self.socket) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def told(self, *words: str) -> None:
        """Set something while it runs."""
        with redis.Redis(unix_socket_path=self.socket) as client:
            client.execute_command(*words)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)


@pytest.fixture
def server(eventually: Callable[..., Any]) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="pmo-cache-") as folder:
        made = Server(folder)
        made.start(eventually)
        yield made
        made.kill()


@pytest.fixture
def cache(server: Server, monkeypatch: pytest.MonkeyPatch) -> ForgivingCache:
    monkeypatch.setattr(caching, "REST_SECONDS", 0.0)
    monkeypatch.setattr(caching, "LONG_REST_SECONDS", 0.0)
    return ForgivingCache(f"unix://{Path(server.socket)}", {"OPTIONS": {"socket_timeout": 0.2}})


def test_a_cache_that_answers_is_a_cache(cache: ForgivingCache) -> None:
    cache.set("one", 1)
    assert (cache.get("one"), cache.add("one", 2), cache.add("two", 2), cache.has_key("two")) == (1, False, True, True)
    assert cache.get_many(["one", "two", "three"]) == {"one": 1, "two": 2}
    assert (cache.delete("one"), cache.delete("one"), cache.get("one", "none")) == (True, False, "none")


def test_clearing_the_cache_leaves_the_queues_of_workers_alone(cache: ForgivingCache, server: Server) -> None:
    cache.set("one", 1)
    with redis.Redis(unix_socket_path=server.socket) as client:
        client.lpush("celery", "a message")
        cache.clear()
        assert (cache.get("one"), client.llen("celery")) == (None, 1)


def test_without_its_server_everything_is_absent_and_nothing_fails(cache: ForgivingCache, server: Server) -> None:
    cache.set("one", 1)
    server.kill()
    cache.set("two", 2)
    assert (cache.get("one"), cache.get("one", 7), cache.has_key("one")) == (None, 7, False)
    assert (cache.add("three", 3), cache.touch("one"), cache.get_many(["one"])) == (False, False, {})
    assert cache.set_many({"four": 4}) == ["four"]


def test_what_was_deleted_while_the_server_was_away_does_not_come_back_with_it(
    cache: ForgivingCache, server: Server, eventually: Callable[..., Any]
) -> None:
    cache.set_many({"ended": 1, "gone": 2, "kept": 3})
    server.kill()
    assert cache.delete("ended") is False
    cache.delete_many(["gone"])
    server.start(eventually)
    assert cache.get_many(["ended", "gone", "kept"]) == {"kept": 3}


def test_what_could_not_be_written_does_not_come_back_as_it_was(
    cache: ForgivingCache, server: Server, eventually: Callable[..., Any]
) -> None:
    cache.set_many({"old": 1, "older": 1, "kept": 3})
    server.kill()
    cache.set("old", 2)
    cache.set_many({"older": 2})
    server.start(eventually)
    assert cache.get_many(["old", "older", "kept"]) == {"kept": 3}


def test_more_than_can_be_remembered_empties_the_cache_when_the_server_is_back(
    cache: ForgivingCache, server: Server, eventually: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "MOST_OWED", 1)
    cache.set_many({"one": 1, "two": 2, "three": 3})
    server.kill()
    cache.delete_many(["one", "two"])
    assert (cache.owes("one"), cache.owes("two")) == (True, True)
    server.start(eventually)
    assert cache.get_many(["one", "two", "three"]) == {}
    assert cache.owes("two") is False


@pytest.mark.parametrize(
    "trouble",
    [
        [("CONFIG", "SET", "maxmemory", "1000")],
        [("REPLICAOF", "127.0.0.1", "1")],
        [("CONFIG", "SET", "replica-serve-stale-data", "no"), ("REPLICAOF", "127.0.0.1", "1")],
    ],
    ids=["full", "only to be read", "without its master"],
)
def test_a_server_that_takes_nothing_stops_nobody_and_is_told_as_out_of_order(
    cache: ForgivingCache, server: Server, trouble: list[tuple[str, ...]]
) -> None:
    cache.set("one", 1)
    for words in trouble:
        server.told(*words)
    cache.set("one", 2)
    assert cache.get("one") != 1
    with pytest.raises(redis.RedisError):
        cache.try_out()


def test_nobody_waits_long_for_a_server_that_says_nothing(cache: ForgivingCache, server: Server) -> None:
    assert cache.answers() is True
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    try:
        assert (cache.get("one", "none"), cache.answers()) == ("none", False)
    finally:
        server.process.send_signal(signal.SIGCONT)


def test_attempts_to_sign_in_are_counted_without_the_server_too(cache: ForgivingCache, server: Server) -> None:
    server.kill()
    key = "allauth:rl:account:login:somebody"
    assert (cache.add(f"{key}:lock", True), cache.add(f"{key}:lock", True)) == (True, False)
    cache.set(key, [3.0, 2.0])
    assert cache.get(key) == [3.0, 2.0]
    cache.delete(f"{key}:lock")
    assert cache.add(f"{key}:lock", True) is True
