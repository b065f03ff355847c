"""How a project is run, paused and ended: its states and the verbs between them."""

from __future__ import annotations

from pmo.kernel.transitions import Flow, Step

FLOW = Flow(
    name="project",
    initial="active",
    steps=(
        Step("hold", "active", "on_hold", "project.edit", needs_note=True),
        Step("resume", "on_hold", "active", "project.edit"),
        Step("close", "active", "closed", "project.edit", needs_note=True),
        Step("close", "on_hold", "closed", "project.edit", needs_note=True),
        Step("cancel", "active", "cancelled", "project.edit", needs_note=True),
        Step("cancel", "on_hold", "cancelled", "project.edit", needs_note=True),
        Step("reopen", "closed", "active", "project.edit", needs_note=True),
        Step("reopen", "cancelled", "active", "project.edit", needs_note=True),
    ),
    due_days={},
)
VERBS = ("hold", "resume", "close", "cancel", "reopen")
