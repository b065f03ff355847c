"""Fills the offers of the rooms below with what action items bring."""

from django.utils.translation import gettext_lazy as _

from pmo.access.offers import SCOPES
from pmo.followups import holdings, inbox
from pmo.followups.models import ActionItem
from pmo.followups.scoping import action_items
from pmo.notices.offers import AT_ONCE, KINDS, Channels, NoticeKind


def offer() -> None:
    """Called once, when the app is ready."""
    SCOPES.add(ActionItem, action_items)
    KINDS.add(
        NoticeKind(
            "action",
            _("Action items"),
            _("Somebody gives you an action item, or one of yours is done, cancelled or reopened."),
            Channels(mail=AT_ONCE),
        ),
        NoticeKind(
            "action_due",
            _("Action items that fall due"),
            _("The day before, on the day, and three days after."),
        ),
    )
    holdings.offer()
    inbox.offer()
