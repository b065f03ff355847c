"""Finds the entries of a register by their words, and offers to write one down."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.registers.declaring import Register
from pmo.search.wording import entries
from pmo.ui.offers import COMMANDS, SEARCH, Command, Hit, SearchSource


def source_of(register: Register) -> SearchSource:
    """What search knows of the register."""

    def hit(entry: Any) -> Hit:
        about = f"{getattr(entry, register.parent).name} · {entry.get_state_display()}"
        return Hit(entry.name, about, entry.get_absolute_url())

    return SearchSource(
        register.noun,
        register.letter,
        register.label,
        register.icon,
        register.view,
        register.model,
        lambda: entries(register.model, body=register.texts, retired=~register.is_open),
        lambda user: register.rows.visible_to(user),  # type: ignore[attr-defined]
        hit,
    )


def offer(register: Register) -> None:
    """Called once for each register."""
    SEARCH.add(source_of(register))
    COMMANDS.add(Command(register.new, register.page("new"), register.edit, "plus", _("create add")))
