"""Index of the models of this app."""

from portfolio.projects.models import Portfolio, Programme, Project, ProjectKey
from portfolio.status.models import DecisionNeeded, StatusReport

__all__ = ["DecisionNeeded", "Portfolio", "Programme", "Project", "ProjectKey", "StatusReport"]
