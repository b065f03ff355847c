"""A real web server with two workers for the time of a measurement, and what its processes take."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from pmo.embedded.application import THRIFTY

HOST = "127.0.0.1"
PATIENCE = 60.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A gunicorn that answers, and how many seconds it took until its first answer."""

    port: int
    pid: int
    started: float

    @property
    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def megabytes(self) -> float:
        """The memory of the workers, each with its part of what they share with the process that began them."""
        return sum(_proportional_kb(pid) for pid in (self.pid, *self.workers)) / 1024

    def peak_megabytes(self) -> float:
        """The most that the workers held resident, added up."""
        return sum(status_kb(pid, "VmHWM") for pid in self.workers) / 1024

    def cpu_seconds(self) -> float:
        """Processor time of the workers and of the database processes that serve them."""
        return sum(map(_cpu, [*self.workers, *_database_processes()]))


def status_kb(pid: int | str, name: str) -> int:
    """A line of /proc/<pid>/status that counts kilobytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _proportional_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _database_processes() -> Sequence[int]:
    """Those of this database, when it runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND client_addr IS NULL")
        return [pid for (pid,) in cursor.fetchall()]


@contextmanager
def served(workers: int = 2) -> Iterator[Server]:
    """The application behind gunicorn on a free port, as `make run` starts it."""
    port, began = _free_port(), time.monotonic()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "pmo.wsgi:application", "--bind", f"{HOST}:{port}",
            "--worker-class", "gthread", "--workers", str(workers), "--threads", "4", "--preload",
        ],
        env={**THRIFTY, **{name: value for name, value in os.environ.items() if name != "PMO_AS_OWNER"}},
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        _await(port, process)
        yield Server(port, process.pid, time.monotonic() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if _answers(port):
            return
        time.sleep(0.02)
    raise TimeoutError("The web server does not answer; start it by itself to read why.")


def _answers(port: int) -> bool:
    asking = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        asking.request("GET", "/healthz")
        return asking.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()
