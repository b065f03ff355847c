"""Addresses of this app."""

from pmo.ui.registry import routes
from reporting.dashboard import views as dashboard
from reporting.packs import template_pages
from reporting.packs import views as packs
from reporting.schedules import views as schedules

app_name = "reporting"
urlpatterns = routes("reporting")

__all__ = ["dashboard", "packs", "schedules", "template_pages"]
