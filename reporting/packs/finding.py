"""Finds packs by their title and by what they report on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.search.wording import entries
from pmo.ui.offers import COMMANDS, SEARCH, Command, Hit, Parent, SearchSource
from reporting.packs.models import Pack


def _entries() -> Any:
    return entries(Pack, aliases=("portfolio__name", "programme__name", "unit__name"))


def _hit(pack: Pack) -> Hit:
    return Hit(pack.name, str(pack.scope or _("Everything")), pack.get_absolute_url())


PACKS = SearchSource(
    "pack",
    "k",
    _("Packs"),
    "report-analytics",
    "pack.view",
    Pack,
    _entries,
    lambda user: Pack.objects.visible_to(user).select_related("portfolio", "programme", "unit"),
    _hit,
    parents=(Parent("portfolio", ("name",)), Parent("programme", ("name",)), Parent("unit", ("name",))),
)


def offer() -> None:
    """Called once, when the app is ready."""
    SEARCH.add(PACKS)
    COMMANDS.add(Command(_("New pack"), "reporting:pack_new", "pack.edit", "plus", _("create add report")))
