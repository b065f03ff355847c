"""Speaks the reader's language and zone, keeps pages out of shared caches, and turns expected failures into pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from pmo.access import preferences
from pmo.access.models import User
from pmo.kernel.errors import HouseError
from pmo.organisation.models import Organisation
from pmo.ui import errors, formats, marks

Next = Callable[[HttpRequest], HttpResponse]
ANONYMOUS_PATHS = ("/static/", "/healthz", "/readyz", "/metrics")


class PersonalisationMiddleware:
    """Activates language, time zone and currency before the page, and forbids caching after it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ANONYMOUS_PATHS):
            return self.get_response(request)
        organisation = cast(Organisation, SimpleLazyObject(Organisation.with_logo))
        request.organisation = organisation  # type: ignore[attr-defined]
        reader = request.user if isinstance(request.user, User) else None
        preferences.follow(reader)
        if reader is not None:
            self.personalise(request, reader, organisation)
        response = self.get_response(request)
        if reader is not None and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    @staticmethod
    def personalise(request: HttpRequest, reader: User, organisation: Organisation) -> None:
        if reader.language in dict(settings.LANGUAGES):
            translation.activate(reader.language)
            request.LANGUAGE_CODE = reader.language
        zone = reader.time_zone or organisation.time_zone
        timezone.activate(ZoneInfo(zone) if zone in available_timezones() else timezone.get_default_timezone())
        formats.home_currency.set(organisation.currency)
        marks.limits.set(organisation.limits)


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses pages and exports, with Django's padding against BREACH; the API keeps its strong entity tags."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        if request.path.startswith("/api/") or not kind.startswith("text/"):
            return response
        return super().process_response(request, response)


class HouseErrorsMiddleware:
    """An expected failure that a view did not answer itself becomes the page of its kind, never a server error."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.page_for(request, exception) if isinstance(exception, HouseError) else None
