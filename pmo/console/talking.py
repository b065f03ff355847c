"""Joins two rooms that do not know each other: action items carry files and comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.attachments.offers import KINDS, Kind, own_page
from pmo.attachments.panels import COMMENTS_PANEL, FILES_PANEL
from pmo.followups.models import ActionItem
from pmo.followups.offers import ITEM_PANELS


def _items(user: Any) -> Any:
    return ActionItem.objects.select_related("owner", "created_by").visible_to(user)


def _people(item: ActionItem) -> Sequence[User]:
    return [item.owner, item.created_by]


def offer() -> None:
    """Called once, when the app is ready."""
    KINDS.add(
        Kind(
            "action-item",
            _("Action item"),
            ActionItem,
            _items,
            view="action.view",
            place=own_page,
            followers=_people,
            title="title",
        )
    )
    ITEM_PANELS.extend((FILES_PANEL, COMMENTS_PANEL))
