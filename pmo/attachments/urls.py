"""Addresses of files and comments."""

from pmo.attachments.views import comments, files, places
from pmo.ui.registry import routes

app_name = "attachments"
urlpatterns = routes("pmo.attachments")

__all__ = ["comments", "files", "places"]
