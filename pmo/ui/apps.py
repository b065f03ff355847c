"""Start of the page kit."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Offers people to selectors."""

    name = "pmo.ui"

    def ready(self) -> None:
        from pmo.ui.catalog import offer

        offer()
