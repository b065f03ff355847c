"""What rooms above bring to the pages of projects: panels, tabs, doors, views of the list, actions on rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from pmo.access.models import User
from pmo.organisation.models import Organisation
from pmo.ui.pages import Bulk, Door, ListView, Panel, Tab
from portfolio.projects.models import Portfolio, Programme, Project


@dataclass(frozen=True)
class ProjectTab:
    """A page about a project with its own address, beside the overview."""

    name: str
    tab: Callable[[Project], Tab]
    order: int = 50


@dataclass
class ProjectOffers:
    """Filled once at start by the rooms that know more about a project than this one.

    `doors` answer with what a person can do next, or None; the first primary one wins. `parent_doors` do so for a
    portfolio or programme, `list_doors` for the list of projects as the address has it.
    `late` is the filter of projects whose report is overdue today, or was at an instant.
    """

    panels: list[Panel] = field(default_factory=list)
    tabs: list[ProjectTab] = field(default_factory=list)
    doors: list[Callable[[User, Project], Door | None]] = field(default_factory=list)
    views: list[ListView] = field(default_factory=list)
    bulk: list[Bulk] = field(default_factory=list)
    parent_doors: list[Callable[[User, Portfolio | Programme], Door | None]] = field(default_factory=list)
    list_doors: list[Callable[[User, Mapping[str, str]], list[Door]]] = field(default_factory=list)
    late: Callable[[Organisation, datetime | None], Q] = field(default=lambda organisation, instant: Q(pk__in=[]))

    def doors_for(self, user: User, project: Project) -> list[Door]:
        """All doors of the person; only the first primary one stays primary."""
        found = [door for offer in self.doors if (door := offer(user, project)) is not None]
        first = next((door for door in found if door.primary and door.verdict), None)
        return [door for door in found if door is first or not door.primary]

    def doors_for_parent(self, user: User, parent: Portfolio | Programme) -> list[Door]:
        return [door for offer in self.parent_doors if (door := offer(user, parent)) is not None]


PROJECTS = ProjectOffers()
