"""The menu as strings: each entry names a page and the permission without which it is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Item:
    """An entry: its words, the page it opens, the permission it needs ("" for everybody), its icon.

    `also` names further pages under which the entry stays highlighted; `counts` shows how much work waits.
    """

    label: str | Promise
    url: str
    permission: str
    icon: str
    also: tuple[str, ...] = ()
    counts: bool = False


@dataclass(frozen=True)
class Group:
    """Entries that belong together; the first group carries no heading."""

    label: str | Promise
    items: tuple[Item, ...]


WORK_HOME: Final = "ui:my_work"
PORTFOLIO_HOME: Final = "reporting:home"
CONSOLE_HOME: Final = "console:user_list"

MENU: Final[tuple[Group, ...]] = (
    Group(
        "",
        (
            Item(_("My work"), WORK_HOME, "", "inbox", counts=True),
            Item(_("Portfolio"), PORTFOLIO_HOME, "dashboard.view", "layout-dashboard"),
            Item(_("Projects"), "portfolio:project_list", "project.view", "briefcase"),
            Item(_("Portfolios"), "portfolio:portfolio_list", "portfolio.view", "sitemap"),
            Item(_("Status reports"), "portfolio:report_list", "project.view", "checklist"),
            Item(_("Action items"), "followups:action_item_list", "action.view", "target"),
            Item(_("Packs"), "reporting:pack_list", "pack.view", "report-analytics"),
        ),
    ),
    Group(
        _("Administration"),
        (
            Item(_("Imports"), "exchange:import_list", "import.run", "file-import"),
            Item(_("Users"), CONSOLE_HOME, "user.view", "users"),
            Item(_("History"), "console:record_list", "audit.view", "history"),
            Item(_("Custom fields"), "console:field_list", "field.edit", "adjustments"),
            Item(_("Organisation"), "console:settings", "settings.view", "building"),
            Item(_("Background work"), "console:job_list", "job.view", "activity"),
        ),
    ),
)


def all_items() -> list[Item]:
    """Every entry of the menu."""
    return [item for group in MENU for item in group.items]
