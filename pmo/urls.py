"""The addresses of the house."""

from django.urls import include, path

from pmo.console import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", include("pmo.api")),
    path("account/", include("pmo.access.urls")),
    path("", include("pmo.ui.urls")),
    path("", include("pmo.search.urls")),
    path("", include("pmo.followups.urls")),
    path("", include("pmo.attachments.urls")),
    path("", include("pmo.exchange.urls")),
    path("", include("pmo.console.urls")),
    path("", include("portfolio.urls")),
    path("", include("reporting.urls")),
]

handler500 = "pmo.console.failures.server_error"
handler400 = "pmo.ui.errors.bad_request"
handler403 = "pmo.ui.errors.permission_denied"
handler404 = "pmo.ui.errors.not_found"
