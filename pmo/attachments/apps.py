"""Registers files and comments, and the notices they send."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttachmentsConfig(AppConfig):
    name = "pmo.attachments"
    label = "attachments"
    verbose_name = _("Files and comments")

    def ready(self) -> None:
        from pmo.attachments import catalog

        catalog.offer()
