"""Figures of all processes of the web server together: each writes into one directory, which is new at each start."""

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

STARTED_BY = "PMO_METRICS_STARTED_BY"
# Somebody waits for each statement of a web server; workers may take as long as their tasks.
os.environ.setdefault("PMO_LOCK_SECONDS", "10")
os.environ.setdefault("PMO_STATEMENT_SECONDS", "60")


def prepare_metrics() -> None:
    """Before anything imports the Prometheus client; a reload keeps the directory that living workers write into."""
    if os.environ.get(STARTED_BY) == str(os.getpid()):
        return
    named = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    if named and STARTED_BY not in os.environ:
        directory = Path(named)
        directory.mkdir(parents=True, exist_ok=True)
        for path in directory.glob("*.db"):
            path.unlink()
    else:
        shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        directory = Path(tempfile.mkdtemp(prefix="pmo-metrics-", dir=shared))
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)
    os.environ[STARTED_BY] = str(os.getpid())


def child_exit(server: Any, worker: Any) -> None:
    """The gauges of a worker end with it; its counters stay."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    directory = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    if directory.name.startswith("pmo-metrics-"):
        shutil.rmtree(directory, ignore_errors=True)


prepare_metrics()


def pre_fork(server: Any, worker: Any) -> None:
    """What stands when workers begin stays shared: the collector would write into every page of it."""
    gc.freeze()
