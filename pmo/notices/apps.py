"""Registers notices and loads the Celery application that the outbox speaks to."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "pmo.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        import pmo.celery  # noqa: F401
        from pmo.notices import forgetting, heartbeat, keeping

        forgetting.offer()
        keeping.offer()
        heartbeat.follow()
