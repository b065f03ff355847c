"""The embedded servers survive kills, leave no process behind and let nobody in from outside."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest
import redis

from pmo.embedded import process
from pmo.embedded.home import PROJECT
from tests.faults.installation import PATIENCE, Installation

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("request_to_end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_asked_for_end_leaves_no_process(installation: Installation, request_to_end: signal.Signals) -> None:
    running = installation.started()
    running.send_signal(request_to_end)
    assert running.wait(PATIENCE) == 0
    assert installation.processes() == []


def test_a_run_that_inherited_an_ignored_interrupt_still_ends_by_it(installation: Installation) -> None:
    running = installation.started(preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    running.send_signal(signal.SIGINT)
    assert running.wait(PATIENCE) == 0


def test_a_second_copy_in_the_same_home_is_refused(installation: Installation) -> None:
    first = installation.started()
    second = installation.start()
    said = second.stderr.read()
    assert second.wait(PATIENCE) == 1
    assert f"already running (process {first.pid})" in said
    installation.commit(1)
    assert installation.committed() == [1]


def test_children_end_when_the_supervisor_is_killed(installation: Installation) -> None:
    running = installation.started()
    assert sorted(installation.children()) == ["postgres", "redis"]
    running.kill()
    running.wait()
    assert process.wait_until(lambda: not installation.processes(), 10.0)


def test_a_killed_supervisor_can_be_followed_at_once_and_nothing_committed_is_lost(installation: Installation) -> None:
    for attempt in range(3):
        running = installation.started()
        installation.commit(attempt)
        running.kill()
        running.wait()
    installation.started()
    assert installation.committed() == [0, 1, 2]


def test_everything_killed_can_be_followed_at_once_and_nothing_committed_is_lost(installation: Installation) -> None:
    for attempt in range(3):
        running = installation.started()
        installation.commit(attempt)
        for pid in [running.pid, *installation.children().values()]:
            os.kill(pid, signal.SIGKILL)
        running.wait()
    installation.started()
    assert installation.committed() == [0, 1, 2]


def test_a_killed_server_is_started_again(installation: Installation) -> None:
    installation.started()
    installation.commit(1)
    before = installation.children()
    os.kill(before["redis"], signal.SIGKILL)
    os.kill(before["postgres"], signal.SIGKILL)
    assert process.wait_until(lambda: set(installation.children().values()).isdisjoint(before.values()), PATIENCE)
    assert process.wait_until(lambda: answers(installation), PATIENCE)
    assert installation.committed() == [1]


def answers(installation: Installation) -> bool:
    try:
        installation.database().close()
        return bool(installation.broker().ping())
    except (psycopg2.OperationalError, redis.ConnectionError):
        return False


def test_the_queue_survives_a_restart(installation: Installation) -> None:
    running = installation.started()
    installation.broker().rpush("queue", "first", "second")
    running.terminate()
    running.wait(PATIENCE)
    installation.started()
    assert installation.broker().lrange("queue", 0, -1) == [b"first", b"second"]


def test_a_command_in_a_home_that_runs_uses_its_servers_and_leaves_them(installation: Installation) -> None:
    running = installation.started()
    question = "import os, psycopg2; print(psycopg2.connect(os.environ['DATABASE_URL']).info.dbname)"
    command = installation.command("exec", "--", sys.executable, "-c", question)
    done = subprocess.run(command, env=installation.environment, cwd=PROJECT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "pmo\n", "")
    assert running.poll() is None
    assert answers(installation)


def test_nothing_listens_on_a_network_port(installation: Installation) -> None:
    installation.started()
    listening = {line.split()[9] for line in tcp_table() if line.split()[3] == "0A"}
    for pid in installation.children().values():
        assert not listening & sockets_of(pid)


def tcp_table() -> list[str]:
    return [line for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]


def sockets_of(pid: int) -> set[str]:
    links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    return {link[8:-1] for link in links if link.startswith("socket:[")}


def test_only_our_account_reaches_sockets_and_secrets(installation: Installation) -> None:
    installation.started()
    home = installation.home
    assert home.postgres_socket.stat().st_mode & 0o777 == 0o700
    assert home.redis_socket.parent.stat().st_mode & 0o777 == 0o700
    assert (home.var / "secrets.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its account")
def test_the_servers_do_not_run_as_root(installation: Installation) -> None:
    installation.started()
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in installation.children().values()}
    assert owners == {installation.home.account.uid}
    assert 0 not in owners


def test_a_wrong_password_is_refused(installation: Installation) -> None:
    installation.started()
    address = re.sub(r":[^:@/]+@", ":guessed@", installation.addresses()["DATABASE_URL"])
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(address)


def test_the_application_role_works_on_the_owners_tables_but_owns_none(installation: Installation) -> None:
    installation.started()
    installation.commit(7)
    connection = psycopg2.connect(installation.addresses()["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kept SET value = 8")
        for forbidden in ("TRUNCATE kept", "DROP TABLE kept", "CREATE TABLE own (value integer)"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(forbidden)
    connection.close()
    assert installation.committed() == [8]


def test_an_interrupted_cluster_creation_is_started_over(installation: Installation) -> None:
    half = installation.home.data / "pg.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    installation.started()
    installation.commit(1)
    assert installation.committed() == [1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has homes that the servers' account cannot read")
def test_a_home_that_the_servers_cannot_read_gets_its_data_in_a_system_directory() -> None:
    directory = Path(tempfile.mkdtemp(prefix="pmo-closed-"))
    installation = Installation(directory)
    try:
        installation.started()
        assert installation.home.moved
        installation.commit(1)
        assert installation.committed() == [1]
    finally:
        installation.end()
        shutil.rmtree(installation.home.data, ignore_errors=True)
        shutil.rmtree(directory)
