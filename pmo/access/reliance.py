"""Notes on whose rights an act relied when the actor's own did not suffice, so that its record can say so.

The actor stays an argument of every action; this only remembers, for one act, what the checks of rights found out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pmo.kernel.verdict import Verdict

_principals: ContextVar[list[int] | None] = ContextVar("pmo_principals", default=None)


@contextmanager
def noting() -> Iterator[None]:
    """Inside, verdicts that were insisted on are remembered; an act within an act shares its memory."""
    if _principals.get() is not None:
        yield
        return
    mark = _principals.set([])
    try:
        yield
    finally:
        _principals.reset(mark)


def note(verdict: Verdict) -> None:
    """Remember the person on whose behalf this verdict said yes."""
    known = _principals.get()
    if known is not None and verdict.on_behalf_of and verdict.on_behalf_of not in known:
        known.append(verdict.on_behalf_of)


def principal() -> int | None:
    """The id of the person on whose behalf the present act is done; None when the actor's own rights sufficed."""
    known = _principals.get()
    return known[0] if known else None
