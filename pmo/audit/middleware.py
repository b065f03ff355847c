"""Gives every request its id and source, and returns the id in the answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from pmo.audit.ambience import ambience, new_request_id

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestContextMiddleware:
    """Puts the request's ambience around the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _ID.fullmatch(given) else new_request_id()
        source = "rest" if request.path.startswith("/api/") else "page"
        with ambience(source, request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
