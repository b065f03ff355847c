"""The organisation's colours and logo, as files that browsers keep until they change."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_safe

from pmo.organisation.models import ACCENT, ACCENT_DARK, Logo, Organisation
from pmo.organisation.rules.colours import channels

A_MINUTE = 60


def sheet() -> str:
    """Only what differs from the product's own colours."""
    organisation = Organisation.current()
    if (organisation.accent, organisation.accent_dark) == (ACCENT, ACCENT_DARK):
        return ""
    day, night = organisation.accent, organisation.accent_dark
    rgb = [", ".join(str(each) for each in channels(colour)) for colour in (day, night)]
    return (
        f":root{{--accent:light-dark({day},{night})}}"
        f":root,[data-bs-theme=light]{{--tblr-primary-rgb:{rgb[0]}}}[data-bs-theme=dark]{{--tblr-primary-rgb:{rgb[1]}}}"
    )


def _colours_tag(request: HttpRequest) -> str:
    return quote_etag(hashlib.sha256(sheet().encode()).hexdigest()[:24])


def _logo_tag(request: HttpRequest) -> str | None:
    found = Logo.objects.values_list("sha256", flat=True).first()
    return quote_etag(found[:24]) if found else None


@require_safe
@condition(etag_func=_colours_tag)
def colours(request: HttpRequest) -> HttpResponse:
    return _kept(HttpResponse(sheet(), content_type="text/css"))


@require_safe
@condition(etag_func=_logo_tag)
def logo(request: HttpRequest) -> HttpResponse:
    found = Logo.objects.first()
    if found is None:
        raise Http404
    return _kept(HttpResponse(bytes(found.content), content_type="image/png"))


def _kept(answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, public=True, max_age=A_MINUTE)
    return answer
