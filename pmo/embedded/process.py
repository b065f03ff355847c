"""Child processes that die with the supervisor, stop in a stated way and are never mistaken for others."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pmo.embedded.home import Account

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.05


@dataclass
class Child:
    """One supervised process, leader of its own session."""

    name: str
    command: list[str]
    log: Path
    environment: Mapping[str, str]
    account: Account | None = None
    directory: Path | None = None
    death_signal: signal.Signals = signal.SIGTERM
    stop_signals: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 5.0),)
    process: subprocess.Popen[bytes] | None = None
    log_offset: int = 0
    started_at: float = field(default=0.0)

    def start(self) -> None:
        self.log_offset = self.log.stat().st_size if self.log.exists() else 0
        self.started_at = time.monotonic()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                cwd=self.directory,
                start_new_session=True,
                preexec_fn=die_with_parent(self.death_signal),
                **run_as(self.account),
            )

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def logged(self) -> str:
        """What the child wrote since it was started last."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as stream:
            stream.seek(self.log_offset)
            return stream.read().decode(errors="replace")

    def stop(self) -> None:
        """Ask, ask harder, and finally clear the whole session."""
        if self.process is None:
            return
        for request, patience in self.stop_signals:
            if not self.alive:
                break
            self.process.send_signal(request)
            wait_until(lambda: not self.alive, patience)
        clear_session(self.pid)
        self.process.wait()


def run_as(account: Account | None) -> dict[str, Any]:
    if account is None or account.is_me:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Ask the kernel to signal the child when we are gone: after the change of user, which would clear the wish."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    supervisor = os.getpid()

    def request() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != supervisor:
            os._exit(1)

    return request


def follow_parent(death_signal: signal.Signals) -> None:
    """Ask the kernel to signal ourselves when the process that started us is gone."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(death_signal))


def wait_until(ready: Callable[[], bool], seconds: float, *, every: float = POLL_SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every)
    return True


def clear_session(leader: int) -> None:
    """Kill what a dead session leader left behind in its own process group."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def state(pid: int) -> str:
    """The kernel's state letter of a process, empty when there is none."""
    fields = _stat(pid)
    return fields[0] if fields else ""


def birth(pid: int) -> str:
    """The start time of a process in clock ticks since boot: with the pid it names a process for good."""
    fields = _stat(pid)
    return fields[19] if fields else ""


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def executable(pid: int) -> str:
    try:
        return Path(os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")).name
    except OSError:
        return ""
