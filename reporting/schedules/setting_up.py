"""The step of a new installation that schedules bring: a pack that is made by itself."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.ui.setup import SETUP, Step
from reporting.schedules.models import PackSchedule


def _scheduled(user: User) -> QuerySet[Any]:
    return PackSchedule.objects.filter(enabled=True)


def offer() -> None:
    """Called once, when the app is ready."""
    SETUP.add(
        Step(
            "schedule",
            _("Schedule a pack"),
            _("A report about the portfolio that is printed and mailed by itself, for example every month."),
            _scheduled,
            "reporting:pack_list",
            "pack.edit",
            60,
        )
    )
