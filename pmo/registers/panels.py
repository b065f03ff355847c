"""Blocks of a register: open entries on the page of their parent; words and history on an entry's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.access.policy import can
from pmo.audit.as_of import instant_of
from pmo.audit.history import history_of
from pmo.organisation.queries import day_of, organisation_of
from pmo.registers.declaring import Register
from pmo.registers.tables import label_of
from pmo.ui import custom_panels
from pmo.ui.pages import Panel

MOST = 6


def parent_panel(register: Register, *, order: int = 45) -> Panel:
    """The open entries about an object, for its page; who may, writes one down from there."""

    def data(request: HttpRequest, parent: Any) -> Mapping[str, Any]:
        user: Any = request.user
        found = list(register.of_parent(parent, user))
        about = {register.parent: parent.code}
        today = day_of(organisation_of(request))
        return {
            "register": register,
            "entries": [_line(register, entry, today) for entry in found[:MOST]],
            "note": ngettext("%(n)s open", "%(n)s open", len(found)) % {"n": len(found)} if found else "",
            "link": f"{reverse(register.page('list'))}?{urlencode({'view': 'all', **about})}",
            "link_label": _("All of them"),
            "add": f"{reverse(register.page('new'))}?{urlencode(about)}",
            "may_add": can(user, register.edit, parent),
        }

    return Panel(register.slug, register.label, "registers/panel.html", data, may=register.view, order=order)


def _line(register: Register, entry: Any, today: Any) -> Mapping[str, Any]:
    due = getattr(entry, register.due)
    return {"entry": entry, "owner": getattr(entry, register.owner), "due": due, "late": due and due < today}


def entry_panels(register: Register) -> tuple[Panel, ...]:
    """The blocks of the page of one entry."""

    def words(request: HttpRequest, entry: Any) -> Mapping[str, Any]:
        return {"texts": [(label_of(register, name), getattr(entry, name)) for name in register.texts]}

    return (
        Panel("words", gettext_lazy("In words"), "registers/words.html", words, order=10, past=True),
        custom_panels.panel(register.noun),
        Panel(
            "history",
            gettext_lazy("What happened"),
            "console/history.html",
            _history,
            column="side",
            order=80,
            past=True,
        ),
    )


def _history(request: HttpRequest, entry: Any) -> Mapping[str, Any]:
    user: Any = request.user
    return {"happenings": history_of([entry], limit=50, until=instant_of(entry), reader=user)}
