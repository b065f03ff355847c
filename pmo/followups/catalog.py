"""Fills the offers of the rooms below with what action items bring."""

from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.access.offers import SCOPES
from pmo.followups import finding, guidance, holdings, inbox
from pmo.followups.models import ActionItem
from pmo.followups.offers import PARENTS
from pmo.followups.scoping import action_items
from pmo.notices.offers import AT_ONCE, KINDS, Channels, NoticeKind
from pmo.ui.offers import PICK, Option, PickSource
from pmo.ui.widgets import named


def parents(user: User, words: str, limit: int) -> Iterator[Option]:
    """On what an action item can stand, by its address or its name."""
    for address, name in islice(PARENTS.suggested(user, words, limit), limit):
        yield Option(named(address, name), name)


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
    PICK.add(PickSource("action-parent", "action.raise", parents))
    finding.offer()
    holdings.offer()
    guidance.offer()
    inbox.offer()
