"""Registers imports and exports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "pmo.exchange"
    label = "exchange"
    verbose_name = _("Import and export")

    def ready(self) -> None:
        from pmo.exchange import finding, guidance, inbox, keeping

        finding.offer()
        guidance.offer()
        inbox.offer()
        keeping.offer()
