"""The verb that shows an administrator what mail looks like."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action
from pmo.audit.records import record
from pmo.kernel.errors import Broken
from pmo.notices import outbox
from pmo.organisation.models import Organisation


@action("settings.edit")
def send_test_mail(*, actor: User) -> None:
    """A mail to one's own address, by the way that all mail goes."""
    require(actor, "settings.edit", view="settings.view")
    if not actor.email:
        raise Broken(_("Your account has no e-mail address. Give one in your profile."))
    outbox.enqueue("console.test_mail", actor.pk)
    record(actor, "settings.edit", Organisation.current(), changes={"test_mail": ["", _("sent")]})
