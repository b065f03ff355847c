"""The covering mail of a pack: decisions first, one link, and figures only where the pack allows them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.preferences import written_for
from pmo.audit.acting import action, lock
from pmo.notices.posting import post, rests
from pmo.organisation.letterhead import written
from pmo.organisation.models import Organisation
from reporting.packs import queries
from reporting.packs.models import Delivery, PackRun
from reporting.packs.panels import covering

KEPT_UP: Final = timedelta(days=1)
PATIENCE: Final = timedelta(minutes=2)
BATCH: Final = 50


@action("pack.mail")
def deliver(delivery_id: int, *, actor: User) -> Delivery:
    """Send the mail unless it was sent, or the recipient lost the right to read the pack since."""
    delivery = lock(Delivery.objects.select_related("run__pack", "user"), delivery_id)
    if delivery.sent_at is not None or delivery.refused:
        return delivery
    delivery.refused = refusal(delivery.run, delivery.user)
    if not delivery.refused:
        post(message(delivery.run, delivery.user))
        delivery.sent_at = timezone.now()
    delivery.save()
    return delivery


def waiting() -> list[int]:
    """Mails of the last day that did not go out: the mail server was away, or the broker lost them."""
    if rests():
        return []
    now = timezone.now()
    of_late = Delivery.objects.filter(sent_at=None, refused="", run__finished_at__range=(now - KEPT_UP, now - PATIENCE))
    return list(of_late.order_by("pk").values_list("pk", flat=True)[:BATCH])


def refusal(run: PackRun, user: User) -> str:
    """Why this person gets no mail now; empty when he does."""
    if not user.email:
        return _("This person has no mail address.")
    verdict = queries.may_download(run, user)
    return "" if verdict else verdict.reason[:200]


def message(run: PackRun, user: User) -> EmailMultiAlternatives:
    with translation.override(run.pack.language), written_for(None):
        link = settings.SITE_URL + run.get_absolute_url()
        words: dict[str, Any] = {**covering.context(run), "person": user, "link": link}
        return written("pack", words, to=user.email, organisation=Organisation.current())
