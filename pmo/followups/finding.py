"""Finds action items by what is to be done."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.followups.models import ActionItem
from pmo.followups.queries import listed
from pmo.followups.rules import OPEN_STATES
from pmo.search.wording import entries
from pmo.ui.offers import COMMANDS, SEARCH, Command, Hit, SearchSource


def _entries() -> QuerySet[Any, Any]:
    return entries(ActionItem, title="title", body=("details", "comment"), retired=~Q(state__in=OPEN_STATES))


def _visible(user: User) -> QuerySet[Any]:
    return ActionItem.objects.visible_to(user)


def _hit(item: Any) -> Hit:
    told = [str(each) for each in (item.parent_name, item.owner, item.get_state_display()) if each]
    return Hit(item.title, " · ".join(told), item.get_absolute_url())


ACTIONS = SearchSource(
    "action",
    "a",
    _("Action items"),
    "target",
    "action.view",
    ActionItem,
    _entries,
    _visible,
    _hit,
    told=listed,
)


def offer() -> None:
    """Called once, when the app is ready."""
    SEARCH.add(ACTIONS)
    COMMANDS.add(
        Command(_("New action item"), "followups:action_item_new", "action.raise", "plus", _("create add task"))
    )
