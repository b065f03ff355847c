"""Reads JSON bodies up to the size that a form may have, and only numbers that JSON knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from pmo.rest.problems import TooLarge


class Json(JSONParser):
    """JSON that fits: bigger bodies are refused before they are read, deep nesting and NaN as malformed."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if declared_length(parser_context) > most:
            raise TooLarge(_("A request carries at most %(size)d bytes.") % {"size": most})
        try:
            return super().parse(stream, media_type, dict(parser_context or {}))
        except RecursionError as error:
            raise ParseError(_("This JSON is nested too deeply.")) from error


def declared_length(parser_context: Mapping[str, Any] | None) -> int:
    """The Content-Length of the request; 0 when it says none."""
    request = (parser_context or {}).get("request")
    raw = request.META.get("CONTENT_LENGTH") if request is not None else ""
    return int(raw) if raw and str(raw).isdigit() else 0
