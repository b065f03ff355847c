"""Addresses of the shell."""

from pmo.ui import chart_pages, views, work
from pmo.ui.registry import routes

app_name = "ui"
urlpatterns = routes("pmo.ui")

__all__ = ["chart_pages", "views", "work"]
