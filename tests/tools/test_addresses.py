"""Which data servers a home starts itself, and which it is only told of."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection
from psycopg2.extensions import parse_dsn
from redis import Redis

from pmo.embedded.addresses import addresses, external_database, external_redis
from pmo.embedded.home import Home
from pmo.embedded.stack import Stack
from pmo.environment import broker, database_of

pytestmark = pytest.mark.quick
ELSEWHERE = {"DATABASE_URL": "postgres://pmo_app:x@database/pmo", "REDIS_URL": "redis://broker:6379/0"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "var").mkdir()
    return Home(tmp_path / "var")


def test_a_shell_that_was_given_the_embedded_addresses_still_means_the_embedded_servers(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Stack(home).addresses
    for name, value in own.environment(home).items():
        monkeypatch.setenv(name, value)
    assert (external_database(home), external_redis(home)) == ("", "")
    assert addresses(Stack(home).postgres, Stack(home).broker) == own


def test_another_database_of_the_embedded_server_keeps_its_name(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    named = Stack(home).addresses.database.replace("@/pmo?", "@/other?")
    monkeypatch.setenv("DATABASE_URL", named)
    assert external_database(home) == ""
    assert Stack(home).addresses.database == named
    assert Stack(home).addresses.owner.startswith("postgres://pmo_owner:")


def test_servers_elsewhere_are_not_started_here(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ELSEWHERE.items():
        monkeypatch.setenv(name, value)
    assert (external_database(home), external_redis(home)) == tuple(ELSEWHERE.values())
    found = Stack(home).addresses
    assert (found.database, found.owner, found.redis) == (*[ELSEWHERE["DATABASE_URL"]] * 2, ELSEWHERE["REDIS_URL"])


def test_the_socket_of_another_home_is_elsewhere(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = Home(tmp_path / "other" / "var")
    other.var.mkdir(parents=True)
    monkeypatch.setenv("DATABASE_URL", Stack(other).addresses.database)
    assert external_database(home) != ""


@pytest.fixture
def spaced() -> Iterator[Home]:
    """Where the servers' account can walk, so that the servers live under that very path."""
    with tempfile.TemporaryDirectory(prefix="my projects ") as directory:
        Path(directory).chmod(0o711)
        (Path(directory) / "var").mkdir()
        yield Home(Path(directory).resolve() / "var")


def test_a_home_with_a_space_in_its_path_is_found_by_every_library(
    spaced: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    own = Stack(spaced).addresses
    assert parse_dsn(own.database)["host"] == str(spaced.postgres_socket)
    assert database_of(own.database, "DATABASE_URL")["HOST"] == str(spaced.postgres_socket)
    assert Redis.from_url(own.redis).connection_pool.connection_kwargs["path"] == str(spaced.redis_socket)
    assert Connection(broker(own.redis)).as_uri() == f"redis+socket://{spaced.redis_socket}"
    monkeypatch.setenv("DATABASE_URL", own.database)
    monkeypatch.setenv("REDIS_URL", own.redis)
    assert (external_database(spaced), external_redis(spaced)) == ("", "")
