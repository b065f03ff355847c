"""The product's own processes: web server, worker and beat, and the manage commands that prepare the database."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pmo.embedded.home import PROJECT, Home, HomeError
from pmo.embedded.process import Child, wait_until

HOST = "127.0.0.1"
WORKER_CONCURRENCY = 2
PORT_PATIENCE = 4.0
THRIFTY = {"MALLOC_ARENA_MAX": "2"}
"""Few pools of memory for all threads of a process: of glibc's eight per core, each keeps what its threads freed."""


def port() -> int:
    raw = os.environ.get("PMO_PORT", "8000")
    if not raw.isdigit() or not 1 <= int(raw) <= 65535:
        raise HomeError(f"PMO_PORT must be a whole number from 1 to 65535, not {raw!r}.")
    return int(raw)


def require_free_port() -> None:
    """Say at once that the port is taken, not after the database was prepared; a killed run frees it in a second."""
    if not wait_until(port_is_free, PORT_PATIENCE):
        raise HomeError(f"Port {port()} is in use; set PMO_PORT to a free one.")


def port_is_free() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port()))
        except OSError:
            return False
    return True


def web(home: Home, environment: Mapping[str, str]) -> Child:
    options = ["--bind", f"{HOST}:{port()}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    options += ["--preload", "--graceful-timeout", "5", "--no-control-socket"]
    if Path("/dev/shm").is_dir():
        options += ["--worker-tmp-dir", "/dev/shm"]
    return Child(
        name="web",
        command=[sys.executable, "-m", "gunicorn", "pmo.wsgi:application", *options],
        log=home.logs / "web.log",
        environment={**THRIFTY, **environment},
        directory=PROJECT,
        stop_signals=((signal.SIGTERM, 7.0), (signal.SIGQUIT, 1.0)),
    )


def worker(home: Home, environment: Mapping[str, str]) -> Child:
    """Tasks are acknowledged late, so a cold stop loses nothing: unfinished ones are delivered again."""
    options = ["--concurrency", str(WORKER_CONCURRENCY), "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    return Child(
        name="worker",
        command=[sys.executable, "-m", "celery", "-A", "pmo.celery", "worker", *options],
        log=home.logs / "worker.log",
        environment={**THRIFTY, **environment},
        directory=PROJECT,
        death_signal=signal.SIGQUIT,
        stop_signals=((signal.SIGTERM, 4.0), (signal.SIGQUIT, 3.0)),
    )


def beat(home: Home, environment: Mapping[str, str]) -> Child:
    options = ["--schedule", str(home.var / "beat-schedule"), "--pidfile", "", "--loglevel", "INFO"]
    return Child(
        name="beat",
        command=[sys.executable, "-m", "celery", "-A", "pmo.celery", "beat", *options],
        log=home.logs / "beat.log",
        environment=environment,
        directory=PROJECT,
        stop_signals=((signal.SIGTERM, 3.0),),
    )


def web_ready() -> bool:
    connection = http.client.HTTPConnection(HOST, port(), timeout=15)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker_ready(child: Child) -> bool:
    return " ready." in child.logged()


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Run one manage command in the foreground; its output is the operator's."""
    command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
    done = subprocess.run(command, env=dict(environment), cwd=PROJECT, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise HomeError(f"`manage.py {' '.join(arguments)}` failed (exit code {done.returncode}).")
