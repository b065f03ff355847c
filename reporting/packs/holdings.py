"""A place among the recipients of packs goes to whoever takes over."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.access.offers import POSSESSIONS, Possession
from pmo.access.policy import require
from pmo.audit.acting import action
from pmo.audit.persons import word
from pmo.audit.records import record
from pmo.kernel.errors import Broken
from reporting.packs.models import Pack


def received(person: User) -> Any:
    """Packs that are addressed to the person."""
    return Pack.objects.filter(recipients=person)


@action("user.edit")
def hand_over(person: User, heir: User, *, actor: User) -> int:
    """Address the person's packs to the heir instead; he must be allowed to read each without being addressed."""
    require(actor, "user.edit")
    packs = list(received(person).order_by("pk"))
    readable = set(Pack.objects.visible_to(heir, "pack.download").values_list("pk", flat=True))
    if not readable.issuperset(pack.pk for pack in packs):
        raise Broken(_("%(person)s may not read all of these packs.") % {"person": heir}, field="to_packs")
    for pack in packs:
        pack.recipients.remove(person)
        pack.recipients.add(heir)
        pack.version += 1
        pack.save()
        record(actor, "pack.edit", pack, changes={"recipients": [word(person), word(heir)]})
    return len(packs)


def offer() -> None:
    """Called once, when the app is ready."""
    POSSESSIONS.add(
        Possession(
            "packs",
            gettext_lazy("Packs received"),
            received,
            hand_over,
            required=False,
            otherwise=gettext_lazy("Left empty nobody receives them instead."),
        )
    )
