"""Asks for a verification of history; a worker walks the chain."""

from __future__ import annotations

from pmo.access.models import User
from pmo.audit import checking
from pmo.audit.acting import action
from pmo.audit.models import Verification
from pmo.notices import outbox


@action("audit.verify")
def request_verification(*, actor: User) -> Verification:
    """The verification asked for, or the one that still runs."""
    walk = checking.request(actor=actor)
    if walk.state == Verification.State.WAITING:
        outbox.enqueue("audit.verify", walk.pk)
    return walk
