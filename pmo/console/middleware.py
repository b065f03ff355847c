"""Leads everybody to the first-run page while the installation has no person."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from pmo.console.queries import nobody_is_here

OPEN_PATHS = ("/static/", "/healthz", "/readyz", "/metrics", "/api/")


class FirstRunMiddleware:
    """Asks the database until somebody exists and never again in the life of the process."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.inhabited = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.inhabited and not request.path.startswith(OPEN_PATHS):
            self.inhabited = not nobody_is_here()
            page = reverse("console:first_run")
            if not self.inhabited and request.path != page:
                return HttpResponseRedirect(page)
        return self.get_response(request)
