"""Addresses of the shell."""

from pmo.ui import bell, bulk_pages, chart_pages, export_pages, preferences, saved_pages, views, work
from pmo.ui.registry import routes

app_name = "ui"
urlpatterns = routes("pmo.ui")

__all__ = ["bell", "bulk_pages", "chart_pages", "export_pages", "preferences", "saved_pages", "views", "work"]
