"""Addresses of imports."""

from pmo.exchange import views
from pmo.ui.registry import routes

app_name = "exchange"
urlpatterns = routes("pmo.exchange")

__all__ = ["views"]
