"""Addresses of this app."""

from pmo.ui.registry import routes
from portfolio.projects import sheets
from portfolio.projects import views as projects
from portfolio.status.views import lists, reading, writing

app_name = "portfolio"
urlpatterns = routes("portfolio")

__all__ = ["lists", "projects", "reading", "sheets", "writing"]
