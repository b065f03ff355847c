"""Addresses of this app."""

from pmo.ui.registry import routes
from portfolio.projects import views as projects
from portfolio.status import views as status

app_name = "portfolio"
urlpatterns = routes("portfolio")

__all__ = ["projects", "status"]
