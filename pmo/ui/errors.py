"""One page for each kind of expected failure, with what went wrong and the way out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pmo.kernel.errors import HouseError, Invalid, NotVisible, Refused, Stale, WrongState


def page_for(request: HttpRequest, error: HouseError) -> HttpResponse:
    """The answer of the browser's door to a failure of an action."""
    if isinstance(error, NotVisible):
        return render(request, "404.html", {"reason": error.message}, status=404)
    if isinstance(error, Refused):
        return render(request, "403.html", {"verdict": error.verdict}, status=403)
    if isinstance(error, Stale):
        return _refused(request, 409, _("Somebody was faster"), error, current=error.current)
    if isinstance(error, WrongState):
        return _refused(request, 409, _("Not possible now"), error, open_guards=error.open_guards)
    problems = error.errors if isinstance(error, Invalid) else {"": [error.message]}
    return _refused(request, 422, _("Please check what was sent"), error, problems=problems)


def _refused(request: HttpRequest, status: int, title: str, error: HouseError, **more: Any) -> HttpResponse:
    return render(request, "ui/refused.html", {"title": title, "message": error.message, **more}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"verdict": None}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)
