"""Processes of an experiment, with a queue, a folder and logs of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from pmo.access.models import User
from reporting.packs import actions
from reporting.packs.models import PackRun

PATIENCE = 180
LAST = 4000
Eventually = Callable[..., Any]


@dataclass
class Start:
    """Starts processes and leaves none behind."""

    environment: Mapping[str, str]
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)

    def __call__(self, *arguments: str, **extra: str) -> subprocess.Popen[bytes]:
        """A Celery process."""
        return self.python("-m", "celery", "-A", "pmo.celery", *arguments, **extra)

    def python(self, *arguments: str, **extra: str) -> subprocess.Popen[bytes]:
        log = self.folder / f"{len(self.running)}-{arguments[1]}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=settings.BASE_DIR,
                env={**self.environment, **extra},
                start_new_session=True,
                stdout=output,
                stderr=output,
            )
        self.running.append(process)
        self.logs.append(log)
        return process

    def log_of(self, process: subprocess.Popen[bytes]) -> str:
        return self.logs[self.running.index(process)].read_text(errors="replace")

    def end(self) -> None:
        """Kill what runs, and print what all of them said: it is shown when the experiment failed."""
        for process in self.running:
            if process.poll() is None:
                killed(process)
        for log in self.logs:
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-LAST:]}")


def a_worker(start: Start, **extra: str) -> subprocess.Popen[bytes]:
    name = uuid.uuid4().hex[:6]
    return start("worker", "-n", f"{name}@%h", "-c", "1", "--without-gossip", "--without-mingle", "-l", "INFO", **extra)


def a_beat(start: Start, name: str = "beat") -> subprocess.Popen[bytes]:
    place = str(start.folder / name)
    return start("beat", "-s", place, "--pidfile", f"{place}.pid")


def killed(process: subprocess.Popen[bytes]) -> None:
    """The process and its children are gone, without a word."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def a_child_of(process: subprocess.Popen[bytes], start: Start, eventually: Eventually) -> int:
    """The one that does the work, once the worker listens."""
    eventually(lambda: " ready." in start.log_of(process), within=PATIENCE)
    (child,) = children_of(process)
    return child


def ended(run: PackRun, state: str, eventually: Eventually) -> PackRun:
    """Wait for the end of a run while the clock of the house goes on: it is what finds a message that got lost."""

    def is_there() -> bool:
        actions.sweep(actor=User.objects.system())
        return PackRun.objects.filter(pk=run.pk, state=state).exists()

    eventually(is_there, within=PATIENCE)
    run.refresh_from_db()
    return run


def left_in(folder: Path, pattern: str, eventually: Eventually) -> Path:
    """The file that a worker begins to write while the clock of the house goes on, as in `ended`."""

    def found() -> list[Path]:
        actions.sweep(actor=User.objects.system())
        return list(folder.rglob(pattern))

    (written,) = eventually(found, within=PATIENCE)
    return written


def lapsed() -> None:
    """Leases end a minute after a worker fell silent; the experiment does not wait for the minute."""
    silent = timezone.now() - timezone.timedelta(seconds=1)
    PackRun.objects.filter(state="running").update(lease_until=silent)
    PackRun.objects.filter(state="queued").exclude(lease_until=None).update(lease_until=silent)
