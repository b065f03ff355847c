"""Registers action items."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupsConfig(AppConfig):
    """Offers action items to access, to My work and to the settings of notices."""

    name = "pmo.followups"
    label = "followups"
    verbose_name = _("Action items")

    def ready(self) -> None:
        from pmo.followups.catalog import offer

        offer()
