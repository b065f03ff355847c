"""Says that portfolios, programmes and projects can carry custom fields, and which words are taken there."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.fields.offers import FIELDED, Fielded
from portfolio.projects.models import Portfolio, Programme, Project
from portfolio.projects.rules.rows import COLUMNS
from portfolio.projects.tables import PortfolioFilters, ProgrammeFilters, ProjectFilters, ProjectTable


def _columns(model: Any) -> set[str]:
    """The names of the columns of a model, and of what points to it."""
    return {name for field in model._meta.get_fields() for name in (field.name, getattr(field, "attname", field.name))}


def _labels(model: Any) -> set[str]:
    return {str(field.verbose_name) for field in model._meta.concrete_fields}


def _of_the_interface(shape: Any, sorts: Any) -> set[str]:
    return {*shape().fields, *sorts}


def project_names() -> set[str]:
    """Every word that lists, filters, files and the interface of projects use."""
    from portfolio.projects.api import ProjectApi, ProjectShape

    words = _columns(Project) | set(ProjectTable.columns) | ProjectFilters.parameters()
    return words | {column.name for column in COLUMNS} | _of_the_interface(ProjectShape, ProjectApi.own_sorts)


def project_labels() -> set[str]:
    """What columns of lists and headers of files are called."""
    headers = {header for column in COLUMNS for header in (column.label, *column.aliases)}
    return _labels(Project) | headers | {column.label for column in ProjectTable.columns.values()}


def portfolio_names() -> set[str]:
    from portfolio.projects.api import PortfolioApi, PortfolioShape

    words = _columns(Portfolio) | PortfolioFilters.parameters()
    return words | _of_the_interface(PortfolioShape, PortfolioApi.own_sorts)


def programme_names() -> set[str]:
    from portfolio.projects.api import ProgrammeApi, ProgrammeShape

    words = _columns(Programme) | ProgrammeFilters.parameters()
    return words | _of_the_interface(ProgrammeShape, ProgrammeApi.own_sorts)


def offer() -> None:
    """Called once, when the app is ready."""
    FIELDED.add(Fielded("project", Project, _("Projects"), project_names, project_labels))
    FIELDED.add(Fielded("programme", Programme, _("Programmes"), programme_names, lambda: _labels(Programme)))
    FIELDED.add(Fielded("portfolio", Portfolio, _("Portfolios"), portfolio_names, lambda: _labels(Portfolio)))
