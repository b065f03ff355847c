"""A permission or a guard answers yes, or no with the reason and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """The answer to "may this happen?"; falsy when it may not.

    `reason` is a sentence for the person who asked, `remedy_url` a page where the obstacle can be removed.
    `hidden` says that the asker must not even learn that the object exists (a door answers 404).
    `on_behalf_of` is the id of the person whose rights made it a yes, when the asker's own did not suffice.
    """

    ok: bool
    reason: str = ""
    remedy_url: str = ""
    hidden: bool = False
    on_behalf_of: int | None = None

    def __bool__(self) -> bool:
        return self.ok


YES = Verdict(True)


def no(reason: str, remedy_url: str = "") -> Verdict:
    """A refusal with its reason."""
    return Verdict(False, str(reason), remedy_url)


def unseen(reason: str = "") -> Verdict:
    """A refusal that must not reveal the object."""
    return Verdict(False, str(reason), hidden=True)


def refusals(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Every refusal, in order, so that a page can list all that is missing at once."""
    return [verdict for verdict in verdicts if not verdict]
