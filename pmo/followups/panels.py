"""The block of open action items for the page of any object that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.access.policy import can
from pmo.followups.offers import PARENTS
from pmo.followups.queries import of_parent
from pmo.ui.pages import Panel

MOST = 6


def _panel(request: HttpRequest, parent: Any) -> Mapping[str, Any]:
    user: Any = request.user
    open_items = list(of_parent(parent, user).open())
    on = PARENTS.of_object(parent).address(parent)
    late = sum(item.is_late() for item in open_items)
    note = ngettext("%(n)s open", "%(n)s open", len(open_items)) % {"n": len(open_items)} if open_items else ""
    if late:
        note = _("%(open)s open, %(late)s late") % {"open": len(open_items), "late": late}
    return {
        "items": open_items[:MOST],
        "note": note,
        "link": f"{reverse('followups:action_item_list')}?{urlencode({'view': 'all', 'on': on})}",
        "link_label": _("All action items"),
        "add": f"{reverse('followups:action_item_new')}?{urlencode({'on': on})}",
        "may_add": can(user, "action.raise", parent, view="project.view"),
    }


PANEL = Panel("actions", gettext_lazy("Action items"), "followups/panel.html", _panel, may="", column="main", order=40)
