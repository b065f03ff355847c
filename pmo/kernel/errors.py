"""What can go wrong in an action; each door translates these, no door invents its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pmo.kernel.verdict import Verdict


class HouseError(Exception):
    """Base of all expected failures: the message is meant for the person who acted."""

    def __init__(self, message: str = "") -> None:
        super().__init__(str(message))
        self.message = str(message)


class NotVisible(HouseError):
    """The object does not exist for this actor (404)."""


class Refused(HouseError):
    """The actor may see the object but not do this to it (403); carries the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


class Stale(HouseError):
    """Somebody changed the object since the actor read it (412 by REST, a conflict page in the browser)."""

    def __init__(self, current: Any, message: str = "") -> None:
        super().__init__(message or "Somebody else changed this in the meantime.")
        self.current = current


class WrongState(HouseError):
    """The object's state or an open guard does not allow this now (409)."""

    def __init__(self, message: str, open_guards: Sequence[Verdict] = ()) -> None:
        super().__init__(message)
        self.open_guards = tuple(open_guards)


class Invalid(HouseError):
    """Input breaks rules (422); `errors` maps a field (or "" for the whole) to its messages."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {field: [str(message) for message in messages] for field, messages in errors.items()}
        super().__init__(" ".join(message for messages in self.errors.values() for message in messages))


class Broken(Invalid):
    """One broken rule, optionally of one field."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__({field: [message]})
        self.field = field
