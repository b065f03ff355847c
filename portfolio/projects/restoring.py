"""Which former values of projects, programmes and portfolios a reader of their history can put back."""

from __future__ import annotations

from pmo.audit.offers import RESTORING, Restoring
from portfolio.projects import actions
from portfolio.projects.forms import PortfolioForm, ProgrammeForm, ProjectForm
from portfolio.projects.models import Portfolio, Programme, Project


def offer() -> None:
    """Called once, when the app is ready: whatever the form of an object edits, by the action that the form calls."""
    for model, form, code, run in (
        (Project, ProjectForm, "project.edit", actions.edit_project),
        (Portfolio, PortfolioForm, "portfolio.edit", actions.edit_portfolio),
        (Programme, ProgrammeForm, "portfolio.edit", actions.edit_programme),
    ):
        RESTORING[model._meta.label_lower] = Restoring(model, code, frozenset(form.base_fields) - {"code"}, run)  # type: ignore[attr-defined]
