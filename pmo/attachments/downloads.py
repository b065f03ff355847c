"""Hands out files, checked against their hash; the page and the REST door both come here."""

from __future__ import annotations

import base64
import logging
from typing import Final, TypeVar

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import insist
from pmo.attachments import queries, storing, wording
from pmo.attachments.models import FileVersion
from pmo.attachments.previews import MEDIA_TYPE
from pmo.attachments.rules.content import OCTETS
from pmo.kernel.errors import NotVisible, WrongState

log = logging.getLogger(__name__)
R = TypeVar("R", bound=HttpResponseBase)
_ACTIVE: Final = frozenset({"text/html", "image/svg+xml", "application/xml"})
_LOCKED_UP: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"


def file_of(version: FileVersion, user: User) -> FileResponse:
    """The bytes as a download, never inline; WrongState when they are not the ones that were uploaded."""
    insist(queries.may_read(version, user))
    try:
        file = storing.opened(version.file)
        sound = storing.sha256_of(file) == version.sha256
    except OSError:
        log.exception("File version %s cannot be read.", version.pk)
        raise WrongState(wording.damaged()) from None
    if not sound:
        file.close()
        log.error("File version %s no longer has its hash.", version.pk)
        raise WrongState(wording.damaged())
    media_type = OCTETS if version.media_type in _ACTIVE else version.media_type
    answer = FileResponse(file, as_attachment=True, filename=version.file_name, content_type=media_type)
    answer["Content-Length"] = str(version.size)
    answer["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(version.sha256)).decode()}:"
    return _guarded(answer, "private, no-store")


def preview_of(version: FileVersion, user: User, request: HttpRequest) -> HttpResponseBase:
    """The small picture that we drew ourselves; the browser asks again whether it may still show it."""
    insist(queries.may_read(version, user))
    if not version.preview:
        raise NotVisible(_("There is no preview of this file."))
    tag = f'"preview-{version.pk}-{version.sha256[:16]}"'
    if request.headers.get("If-None-Match") == tag:
        return _guarded(HttpResponse(status=304, headers={"ETag": tag}), "private, no-cache")
    try:
        answer = FileResponse(storing.opened(version.preview), content_type=MEDIA_TYPE)
    except OSError:
        raise NotVisible(_("There is no preview of this file.")) from None
    answer["ETag"] = tag
    return _guarded(answer, "private, no-cache")


def _guarded(answer: R, caching: str) -> R:
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = _LOCKED_UP
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = caching
    return answer
