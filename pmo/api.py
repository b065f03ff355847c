"""The REST door of the house: every app's resources under one version, the schema and the manual beside them."""

from django.urls import include, path, re_path

from pmo.console.manual import Manual
from pmo.rest.root import Schema, no_such_address

app_name = "api"
urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Manual.as_view(), name="docs"),
    path("", include("pmo.console.api")),
    path("", include("pmo.console.explaining_api")),
    path("", include("pmo.followups.api")),
    path("", include("pmo.attachments.api")),
    path("", include("pmo.exchange.api")),
    path("", include("pmo.exchange.list_api")),
    path("", include("pmo.search.api")),
    path("", include("portfolio.api")),
    path("", include("reporting.api")),
    re_path(r"^[\s\S]*$", no_such_address),
]
