"""Drafts of status reports go to whoever takes over from their author."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.access.offers import POSSESSIONS, Possession
from pmo.audit.acting import action
from portfolio.projects.holdings import hand_over
from portfolio.status.models import ReportState, StatusReport


def drafts(person: User) -> Any:
    """Reports that the person has begun and not handed in."""
    return StatusReport.objects.filter(author=person, state__in=(ReportState.DRAFT, ReportState.RETURNED))


@action("user.edit")
def hand_over_drafts(person: User, heir: User, *, actor: User) -> int:
    """Make the heir the author of what is not handed in."""
    return hand_over(drafts(person), "author", heir, actor=actor, code="status.write")


def offer() -> None:
    """Called once, when the app is ready."""
    POSSESSIONS.add(
        Possession(
            "drafts",
            _("Drafts of status reports"),
            drafts,
            hand_over_drafts,
            required=False,
            otherwise=_("Left empty they stay open for those who write about the project."),
        )
    )
