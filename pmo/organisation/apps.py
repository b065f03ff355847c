"""Registers the organisation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "pmo.organisation"
    label = "organisation"
    verbose_name = _("Organisation")

    def ready(self) -> None:
        from pmo.organisation.catalog import offer

        offer()
