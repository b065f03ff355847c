"""Addresses of action items."""

from pmo.followups import views
from pmo.ui.registry import routes

app_name = "followups"
urlpatterns = routes("pmo.followups")

__all__ = ["views"]
