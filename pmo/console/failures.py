"""The answer to what no view foresaw: which part is missing where one is, and never more than a person needs."""

from __future__ import annotations

import json
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pmo.outages import RETRY_SECONDS, Outage, outage_of
from pmo.rest import problems


def server_error(request: HttpRequest) -> HttpResponse:
    """Called by Django while the exception is at hand; asks neither the database nor who is there."""
    error = sys.exc_info()[1]
    if request.path.startswith("/api/"):
        return _problem(error)
    return _page(request, outage_of(error))


def _problem(error: BaseException | None) -> HttpResponse:
    told = problems.handler(error if isinstance(error, Exception) else RuntimeError(), {})
    answer = HttpResponse(json.dumps(told.data), status=told.status_code, content_type=problems.MEDIA_TYPE)
    for name, value in told.headers.items():
        answer.headers.setdefault(name, value)
    return answer


def _page(request: HttpRequest, outage: Outage | None) -> HttpResponse:
    told = {
        "language": get_language(),
        "title": outage.title if outage else _("Something broke on our side"),
        "detail": outage.detail
        if outage
        else _(
            "The error has been logged and nothing was half saved. Try again; if it stays, tell your administrator "
            "what you did and when."
        ),
    }
    answer = render(None, "500.html", told, status=outage.status if outage else 500)  # type: ignore[arg-type]
    if outage and outage.passes:
        answer["Retry-After"] = str(RETRY_SECONDS)
    return answer
