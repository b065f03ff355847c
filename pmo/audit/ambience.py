"""Where a write comes from (page, REST, worker, import, command) and the id that joins all writes of one request.

The actor is never ambient: it is passed to every action.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Ambience:
    """The source of writes, the request id and, over REST, the prefix of the token."""

    source: str
    request_id: str
    token: str = ""

    def metadata(self) -> dict[str, str]:
        found = {"source": self.source, "request_id": self.request_id}
        return {**found, "token": self.token} if self.token else found


_current: ContextVar[Ambience | None] = ContextVar("pmo_ambience", default=None)


def new_request_id() -> str:
    return uuid.uuid4().hex


def current() -> Ambience:
    """The ambience of this thread; a command line is recognised by what was started."""
    return _current.get() or Ambience("shell" if "shell" in sys.argv[:2] else "command", new_request_id())


@contextmanager
def ambience(source: str, request_id: str = "", token: str = "") -> Iterator[Ambience]:
    """Everything written inside comes from `source`."""
    here = Ambience(source, request_id or new_request_id(), token)
    mark = _current.set(here)
    try:
        yield here
    finally:
        _current.reset(mark)


def with_token(prefix: str) -> None:
    """Note the token of the running request; called by the REST authentication."""
    here = _current.get()
    if here is not None:
        _current.set(replace(here, source="rest", token=prefix))


REQUEST_HEADER = "x_request_id"
"""The header of a message that carries the id of the request that asked for the work."""


def follow_workers() -> None:
    """Give every Celery task its own ambience, with the id of the request that asked for it, or else the task's."""
    from celery.signals import task_prerun

    task_prerun.connect(_enter_task, weak=False, dispatch_uid="pmo.audit.enter_task")


def _enter_task(task_id: str = "", task: Any = None, **_kwargs: Any) -> None:
    asked = getattr(getattr(task, "request", None), REQUEST_HEADER, "")
    _current.set(Ambience("worker", asked or task_id or new_request_id()))
