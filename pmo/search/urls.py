"""Addresses of search."""

from pmo.search import views
from pmo.ui.registry import routes

app_name = "search"
urlpatterns = routes("pmo.search")

__all__ = ["views"]
