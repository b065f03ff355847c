"""Starts the children in order, watches them, and stops them in the opposite order, whatever ends the run."""

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType

from pmo.embedded import process
from pmo.embedded.home import Home, HomeError
from pmo.embedded.process import Child

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LEFTOVER_PATIENCE = 12.0
QUICK_DEATHS_ALLOWED = 5
QUICK_SECONDS = 10.0


class Stopped(BaseException):
    """The operator asked for the end; not an error, so no `except Exception` may swallow it."""


@dataclass
class Supervisor:
    """The children of one home, in their starting order."""

    home: Home
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    quick_deaths: dict[str, int] = field(default_factory=dict)

    @contextlib.contextmanager
    def session(self) -> Iterator["Supervisor"]:
        """Hold the home for ourselves; leave no process behind."""
        with self._exclusive():
            handlers = {number: signal.signal(number, _end) for number in ENDING}
            try:
                self._clear_leftovers()
                yield self
            finally:
                for number in ENDING:
                    signal.signal(number, signal.SIG_IGN)
                self.stop()
                self.home.tidy()
                for number, handler in handlers.items():
                    signal.signal(number, handler)

    @contextlib.contextmanager
    def _exclusive(self) -> Iterator[None]:
        with self.home.lock.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = running(self.home)
                raise HomeError(f"This home is already running (process {owner}): {self.home.var}") from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield
            lock.truncate(0)

    def start(self, child: Child) -> Child:
        child.start()
        if child not in self.children:
            self.children.append(child)
        self._note_children()
        return child

    def require(self, child: Child, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until the child serves; show what it said when it does not."""
        if not process.wait_until(lambda: ready() or not child.alive, seconds, every=0.1) or not child.alive:
            said = "\n".join(child.logged().splitlines()[-25:])
            raise HomeError(f"{child.name} did not start; {child.log} says:\n{said}")

    def watch(self) -> None:
        """Restart what dies; give up on what keeps dying. Ends by a signal only."""
        while True:
            time.sleep(0.5)
            for child in self.children:
                if not child.alive:
                    self._revive(child)

    def _revive(self, child: Child) -> None:
        quick = time.monotonic() - child.started_at < QUICK_SECONDS
        self.quick_deaths[child.name] = self.quick_deaths.get(child.name, 0) + 1 if quick else 0
        if self.quick_deaths[child.name] > QUICK_DEATHS_ALLOWED:
            raise HomeError(f"{child.name} keeps dying; see {child.log}")
        self.say(f"{child.name} ended unexpectedly; starting it again (see {child.log})")
        process.clear_session(child.pid)
        time.sleep(min(0.2 * 2 ** self.quick_deaths[child.name], 5.0))
        self.start(child)

    def stop(self) -> None:
        for child in reversed(self.children):
            if child.process is not None:
                self.say(f"stopping {child.name}")
                child.stop()
        self.children.clear()
        self.home.children.unlink(missing_ok=True)

    def _note_children(self) -> None:
        noted = [[child.name, child.pid, process.birth(child.pid)] for child in self.children]
        draft = self.home.children.with_suffix(".draft")
        draft.write_text(json.dumps(noted), encoding="utf-8")
        draft.replace(self.home.children)  # whoever reads it, a next supervisor above all, never sees half a note

    def _clear_leftovers(self) -> None:
        """After a killed supervisor its children are ending by themselves; wait, then insist."""
        noted = note_of_children(self.home)
        process.wait_until(lambda: not any(child.alive for child in noted), LEFTOVER_PATIENCE)
        for child in noted:
            if child.name == "postgres":
                child.require_gone()
            elif child.alive or not child.reused:
                process.clear_session(child.pid)


@dataclass(frozen=True)
class Noted:
    """A child that a supervisor wrote down; pid and start time together name it for good."""

    name: str
    pid: int
    birth: str

    @property
    def alive(self) -> bool:
        return process.state(self.pid) not in ("", "Z") and not self.reused

    @property
    def reused(self) -> bool:
        """Whether the pid belongs to somebody else by now."""
        return process.birth(self.pid) not in ("", self.birth)

    def require_gone(self) -> None:
        if self.alive:
            raise HomeError(f"{self.name} of the previous run (process {self.pid}) is still stopping; try again.")


def _end(number: int, frame: FrameType | None) -> None:
    raise Stopped


def note_of_children(home: Home) -> list[Noted]:
    if not home.children.exists():
        return []
    try:
        return [Noted(*child) for child in json.loads(home.children.read_text(encoding="utf-8"))]
    except (ValueError, TypeError):
        return []


def running(home: Home) -> int:
    """The process that holds the home, or 0."""
    if not home.lock.exists():
        return 0
    with home.lock.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = lock.read().strip()
            return int(text) if text.isdigit() else -1
    return 0
