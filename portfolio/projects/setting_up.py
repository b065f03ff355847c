"""The steps of a new installation that projects bring: the projects themselves, and when they report."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.ui.setup import SETUP, Step
from portfolio.projects.models import OWES_REPORTS, Project


def _projects(user: User) -> QuerySet[Any]:
    return Project.objects.all()


def _reporting(user: User) -> QuerySet[Any]:
    return Project.objects.filter(OWES_REPORTS, report_due_on__isnull=False)


def offer() -> None:
    """Called once, when the app is ready."""
    SETUP.add(
        Step(
            "projects",
            _("Import or create projects"),
            _("From a workbook or a published register with a preview, or one by one."),
            _projects,
            "portfolio:project_list",
            "project.create",
            40,
        ),
        Step(
            "cadence",
            _("Set the report cadence"),
            _("How often each project reports; from then on reports fall due and are asked for."),
            _reporting,
            "portfolio:project_list",
            "project.view",
            50,
        ),
    )
