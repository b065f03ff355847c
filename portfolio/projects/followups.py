"""Lets portfolios, programmes and projects carry action items."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmo.followups.offers import PARENTS, Parent
from pmo.followups.panels import PANEL
from portfolio.projects.models import Portfolio, Programme, Project
from portfolio.projects.offers import PROJECTS


def _page(name: str) -> Any:
    return lambda code: reverse(name, args=[code])


def offer() -> None:
    """Called once, when the app is ready."""
    kinds = (
        Parent("project", _("Project"), Project, Project.objects.visible_to, _page("portfolio:project")),
        Parent("programme", _("Programme"), Programme, Programme.objects.visible_to, _page("portfolio:programme")),
        Parent("portfolio", _("Portfolio"), Portfolio, Portfolio.objects.visible_to, _page("portfolio:portfolio")),
    )
    for kind in kinds:
        PARENTS.add(kind)
    PROJECTS.panels.append(PANEL)
