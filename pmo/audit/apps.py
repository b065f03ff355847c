"""Registers audit and marks what workers do as theirs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "pmo.audit"
    label = "audit"
    verbose_name = _("History")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from pmo.audit import ambience, privileges

        ambience.follow_workers()
        post_migrate.connect(privileges.after_migrations, dispatch_uid="pmo.audit.privileges")
