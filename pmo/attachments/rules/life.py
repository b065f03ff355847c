"""The life of a file with versions, and how long one's own words may still be changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pmo.kernel.transitions import Flow, Step

DRAFT, REVIEW, APPROVED, WITHDRAWN = "draft", "review", "approved", "withdrawn"
SUPERSEDED, REPLACED = "superseded", "replaced"
LIVE: Final = (DRAFT, REVIEW, APPROVED)
_NOT_OWN: Final = ("uploaders", "submitted_by")

FLOW: Final = Flow(
    name="attachment",
    initial=DRAFT,
    steps=(
        *(Step("revise", state, DRAFT, "attachment.add") for state in LIVE),
        Step("submit", DRAFT, REVIEW, "attachment.add"),
        Step("return", REVIEW, DRAFT, "attachment.approve", needs_note=True),
        Step("approve", REVIEW, APPROVED, "attachment.approve", not_by=_NOT_OWN),
        *(Step("withdraw", state, WITHDRAWN, "attachment.withdraw", needs_note=True) for state in LIVE),
        Step("reinstate", WITHDRAWN, DRAFT, "attachment.withdraw"),
    ),
    due_days={REVIEW: 5},
)

EDITABLE_FOR: Final = timedelta(hours=24)
MOST_CHARACTERS: Final = 10_000


def version_state(number: int, newest: int, approved: int | None, was_approved: bool, state: str) -> str:
    """The state of one version: the newest has that of its file, earlier ones are in force, superseded or replaced."""
    if number == newest:
        return state
    if number == approved:
        return APPROVED
    return SUPERSEDED if was_approved else REPLACED


def still_editable(written_at: datetime, now: datetime) -> bool:
    """Whether the author may still change his comment."""
    return now - written_at < EDITABLE_FOR
