"""Registers the console."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "pmo.console"
    label = "console"
    verbose_name = _("Console")

    def ready(self) -> None:
        from pmo.console import request_log
        from pmo.console.catalog import offer

        offer()
        request_log.follow()
