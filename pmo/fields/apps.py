"""Registers the custom fields."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldsConfig(AppConfig):
    name = "pmo.fields"
    label = "fields"
    verbose_name = _("Custom fields")

    def ready(self) -> None:
        from pmo.fields.catalog import offer

        offer()
