"""Registers the REST kit."""

from django.apps import AppConfig


class RestConfig(AppConfig):
    name = "pmo.rest"
    label = "pmo_rest"
