"""Addresses of the shell."""

from django.urls import path

from pmo.ui import (
    bell,
    branding,
    bulk_pages,
    chart_pages,
    explain_pages,
    export_pages,
    help_pages,
    preferences,
    saved_pages,
    setup_pages,
    views,
    work,
)
from pmo.ui.registry import routes

app_name = "ui"
urlpatterns = [
    path("branding/colours.css", branding.colours, name="colours"),
    path("branding/logo.png", branding.logo, name="logo"),
    *routes("pmo.ui"),
]

__all__ = [
    "bell",
    "bulk_pages",
    "chart_pages",
    "explain_pages",
    "export_pages",
    "help_pages",
    "preferences",
    "saved_pages",
    "setup_pages",
    "views",
    "work",
]
