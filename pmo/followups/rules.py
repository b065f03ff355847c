"""The life of an action item, and the days on which somebody is reminded of it."""

from __future__ import annotations

from datetime import date

from pmo.kernel.transitions import Flow, Step

OPEN_STATES = ("open", "in_progress")
EDIT = "action.edit"

FLOW = Flow(
    name="action item",
    initial="open",
    steps=(
        Step("start", "open", "in_progress", EDIT),
        Step("complete", "open", "done", EDIT),
        Step("complete", "in_progress", "done", EDIT),
        Step("cancel", "open", "cancelled", EDIT, needs_note=True),
        Step("cancel", "in_progress", "cancelled", EDIT, needs_note=True),
        Step("reopen", "done", "open", EDIT, needs_note=True),
        Step("reopen", "cancelled", "open", EDIT, needs_note=True),
    ),
    due_days={},
)


def reminder_due(due_on: date, today: date) -> str:
    """Which reminder falls on `today`: before (1 day), on, overdue (3 days after), or none."""
    return {-1: "before", 0: "on", 3: "overdue"}.get((today - due_on).days, "")
