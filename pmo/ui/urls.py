"""Addresses of the shell."""

from pmo.ui import views
from pmo.ui.registry import routes

app_name = "ui"
urlpatterns = routes(views.__name__.rpartition(".")[0])
