"""Which changes of many projects can be taken back."""

from __future__ import annotations

from pmo.ui.reversing import REVERSIBLE, Reversible
from portfolio.projects import actions
from portfolio.projects.models import Project


def offer() -> None:
    """Called once at start."""
    REVERSIBLE.add(Reversible("project.edit", Project, actions.edit_project))
    REVERSIBLE.add(Reversible("project.assign_manager", Project, actions.give_back_manager, fields=("manager",)))
