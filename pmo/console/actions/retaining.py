"""Having what was kept long enough removed now."""

from __future__ import annotations

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action
from pmo.notices import outbox
from pmo.organisation.models import Sweep


@action("settings.edit")
def request_sweep(*, actor: User) -> Sweep:
    """A worker removes it; what it removed is recorded when it has."""
    require(actor, "settings.edit", view="settings.view")
    sweep = Sweep.objects.create(asked_by=actor)
    outbox.enqueue("retention.run", sweep.pk)
    return sweep
