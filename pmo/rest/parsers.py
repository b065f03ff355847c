"""Reads JSON bodies strictly: within their size, UTF-8, each name once, no numbers or characters that JSON lacks."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import JSONParser

from pmo.rest.problems import Malformed, TooLarge, safe

DEEPEST: Final = 20
_HALF_OF_A_PAIR = re.compile("[\ud800-\udfff]")


class Json(JSONParser):
    """JSON that fits: bigger bodies are refused before they are read, what has two meanings as malformed."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        most = settings.API_MAX_BODY
        if declared_length(parser_context) > most:
            raise TooLarge(_("A request carries at most %(size)d bytes.") % {"size": most})
        return strict(stream.read())


def declared_length(parser_context: Mapping[str, Any] | None) -> int:
    """The Content-Length of the request; 0 when it says none."""
    request = (parser_context or {}).get("request")
    raw = request.META.get("CONTENT_LENGTH") if request is not None else ""
    return int(raw) if raw and str(raw).isdigit() else 0


def strict(raw: bytes | str) -> Any:
    """The value of a JSON text as RFC 7493 (I-JSON) has it. Raises Malformed, which says what stands where."""
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_finite)
    except RecursionError as error:
        raise _malformed(_("This JSON is nested too deeply.")) from error
    except UnicodeDecodeError as error:
        raise _malformed(_("This body is not UTF-8.")) from error
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise _malformed(_("This is not JSON; see line %(line)d, column %(column)d.") % place) from error
    except ValueError as error:
        raise _malformed(_("A number in this JSON has too many digits.")) from error
    errors = {path: [message] for path, message in _troubles(found)}
    if errors:
        raise Malformed(errors)
    return found


def _malformed(message: str) -> Malformed:
    return Malformed({"": [message]})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            message = _("“%(name)s” stands twice in one object; send it once.")
            raise Malformed({safe(name): [message % {"name": safe(name)[:60]}]})
        found[name] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise _malformed(_("%(name)s is no number in JSON; send null where there is none.") % {"name": name})


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _malformed(_("The number %(number)s is too large.") % {"number": text[:40]})
    return number


def _troubles(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        yield path, _("This is nested more than %(depth)d deep.") % {"depth": DEEPEST}
    elif isinstance(value, str):
        if _HALF_OF_A_PAIR.search(value):
            yield path, _("This text holds half of a surrogate pair, which is no character.")
    elif isinstance(value, dict):
        for name, inner in value.items():
            below = f"{path}.{safe(name)}".lstrip(".")
            if _HALF_OF_A_PAIR.search(name):
                yield below, _("This name holds half of a surrogate pair, which is no character.")
            else:
                yield from _troubles(inner, below, depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _troubles(inner, f"{path}.{place}".lstrip("."), depth + 1)
