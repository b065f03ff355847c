"""What a manager types, for tests."""

from __future__ import annotations

from typing import Any

from pmo.kernel import rag
from portfolio.status import actions
from portfolio.status.models import StatusReport


def typed(overall: str = rag.GREEN, **changes: Any) -> dict[str, Any]:
    """A complete report in which every dimension is green."""
    dimensions = {name: {"value": rag.GREEN, "comment": ""} for name in rag.DIMENSIONS}
    return {"overall": overall, "summary": "All is well.", "dimensions": dimensions, **changes}


def submitted(world: Any, code: str, author: str, **changes: Any) -> StatusReport:
    """A report that waits for its check."""
    actor = world.users[author]
    report = actions.start(world.projects[code].pk, actor=actor)
    actions.save_draft(report.pk, typed(**changes), actor=actor)
    return actions.submit(report.pk, actor=actor)


def published(world: Any, code: str, author: str, **changes: Any) -> StatusReport:
    """A report that went out."""
    report = submitted(world, code, author, **changes)
    return actions.publish(report.pk, actor=world.users["analyst"])
