"""The whole house on one machine: it starts, mends itself, ends, and goes on with the same data."""

import http.client
import os
import signal
import socket
import subprocess

import pytest

from pmo.embedded import process
from tests.faults.installation import PATIENCE, Installation

pytestmark = [pytest.mark.faults, pytest.mark.slow]
KILLS = 20 if "PMO_NIGHTLY" in os.environ else 1
CHILDREN = ["beat", "postgres", "redis", "web", "worker"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def people(installation: Installation) -> int:
    connection = installation.database()
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_user")
        (count,) = cursor.fetchone()
    connection.close()
    return int(count)


def test_everything_starts_mends_itself_and_ends_without_a_trace(installation: Installation) -> None:
    port = free_port()
    settings = {"PMO_PORT": str(port), "PMO_SAMPLE": "none"}
    run = installation.told(installation.start("run", settings, stdout=subprocess.PIPE), "] ready")
    assert sorted(installation.children()) == CHILDREN
    assert process.wait_until(lambda: alive(port), PATIENCE)
    before = installation.children()["web"]
    os.kill(before, signal.SIGKILL)
    assert process.wait_until(lambda: installation.children()["web"] != before, PATIENCE)
    assert process.wait_until(lambda: alive(port), PATIENCE)
    run.send_signal(signal.SIGINT)
    assert run.wait(PATIENCE) == 0
    assert installation.processes() == []
    with run.stdout:
        told = run.stdout.read()
    assert f"http://127.0.0.1:{port}/" in told
    assert "that page makes the first administrator" in told
    assert "demo-" not in told


def test_a_run_that_was_killed_whole_goes_on_at_once_with_its_data(installation: Installation) -> None:
    settings = {"PMO_PORT": str(free_port()), "PMO_SAMPLE": "none"}
    run = installation.told(installation.start("run", settings), "] ready")
    for number in range(1, KILLS + 1):
        installation.commit(number)
        count = people(installation)
        for pid in [run.pid, *installation.children().values()]:
            os.kill(pid, signal.SIGKILL)
        run = installation.told(installation.start("run", settings), "] ready")
        assert (people(installation), installation.committed()) == (count, list(range(1, number + 1)))


def test_a_taken_port_is_named_before_anything_is_prepared(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = installation.start("run", {"PMO_PORT": str(port)})
        assert run.wait(PATIENCE) == 1
        assert f"Port {port} is in use; set PMO_PORT to a free one." in run.stderr.read()
    assert not (installation.home.data / "pg").exists()


@pytest.mark.parametrize(("name", "value"), [("PMO_PORT", "http"), ("PMO_PORT", "70000"), ("PMO_SAMPLE", "some")])
def test_a_senseless_setting_is_named_at_once(installation: Installation, name: str, value: str) -> None:
    run = installation.start("run", {name: value})
    assert run.wait(PATIENCE) == 1
    assert f"pmo: {name} must be" in run.stderr.read()
