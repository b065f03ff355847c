"""Registers search, and keeps its index in step with the tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "pmo.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from pmo.search import following
        from pmo.search.catalog import offer

        offer()
        pre_migrate.connect(following.before_migrations, dispatch_uid="pmo.search.before")
        post_migrate.connect(following.after_migrations, dispatch_uid="pmo.search.after")
