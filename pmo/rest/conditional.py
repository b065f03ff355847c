"""Entity tags from versions: who writes says what he read, who reads need not read the same twice."""

from __future__ import annotations

from typing import Any, Protocol

from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.request import Request

from pmo.kernel.errors import Stale
from pmo.rest.problems import PreconditionRequired


class Tagged(Protocol):
    """What has a version."""

    @property
    def etag(self) -> str: ...


def require_match(request: Request, current: Tagged) -> None:
    """428 without If-Match, Stale when it names another version; `*` means whatever is there now."""
    wanted = request.headers.get("If-Match", "").strip()
    if not wanted:
        raise PreconditionRequired(_("Send If-Match with the ETag of the version that you read."))
    if current.etag not in parse_etags(wanted) and wanted != "*":
        raise Stale(current)


def tag(found: Any) -> dict[str, str]:
    """The ETag header of an object; nothing for what has no version."""
    etag = getattr(found, "etag", "")
    return {"ETag": etag} if etag else {}


def is_fresh(request: Request, current: Any) -> bool:
    """Whether the caller holds this version already (If-None-Match compares weakly, RFC 9110 13.1.2)."""
    known = request.headers.get("If-None-Match", "").strip()
    if not known or not tag(current):
        return False
    return known == "*" or current.etag in {tag.removeprefix("W/") for tag in parse_etags(known)}
