"""Registers the REST kit and what describes it."""

from django.apps import AppConfig


class RestConfig(AppConfig):
    name = "pmo.rest"
    label = "pmo_rest"

    def ready(self) -> None:
        from pmo.rest import schema  # noqa: F401
