"""Every refusal of the REST door as RFC 9457 problem+json; nothing a caller sends becomes a server error."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from pmo.audit.ambience import current
from pmo.kernel.errors import HouseError, Invalid, NotVisible, Refused, Stale, WrongState
from pmo.kernel.verdict import Verdict
from pmo.outages import RETRY_SECONDS, Outage, outage_of

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class Malformed(exceptions.APIException):
    """The request itself cannot be read (400): unknown parameters or fields, sizes and sorts that do not exist."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {name: list(messages) for name, messages in errors.items()}
        super().__init__(" ".join(message for messages in errors.values() for message in messages))


class PreconditionRequired(exceptions.APIException):
    """The version that the caller read is missing (428)."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED


class Conflict(exceptions.APIException):
    """The same request is still being answered (409); its answer may be there in `wait` seconds."""

    status_code = HTTPStatus.CONFLICT

    def __init__(self, detail: str, wait: float) -> None:
        self.wait = wait
        super().__init__(detail)


class Throttled(exceptions.APIException):
    """More calls, or more heavy work, than a minute allows (429)."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, wait: float, ceiling: str, most: int) -> None:
        self.wait = wait
        facts = {"most": most, "seconds": max(1, math.ceil(wait))}
        if ceiling == "heavy":
            told = _("Searches, imports, exports and packs of a minute may cost %(most)d; go on in %(seconds)d s.")
        else:
            told = _("A minute has at most %(most)d calls; go on in %(seconds)d s.")
        super().__init__(told % facts)


class Elsewhere(exceptions.APIException):
    """The object is found under another address for good (308); the method and the body stay."""

    status_code = HTTPStatus.PERMANENT_REDIRECT

    def __init__(self, location: str) -> None:
        self.location = location
        super().__init__(_("This moved to %(location)s.") % {"location": location})


class TooLarge(exceptions.APIException):
    """More than this door takes (413)."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def safe(text: object) -> str:
    """Text that can be encoded and printed in an answer, whatever a caller put into a name."""
    return str(text).encode("utf-8", "backslashreplace").decode()[:200]


def problem(status: int, slug: str, detail: str, errors: Iterable[Mapping[str, Any]] = (), **more: Any) -> Response:
    """A problem document; `type` names the kind of problem for programs, `detail` tells a person what to do."""
    body = {
        "type": f"urn:pmo:problem:{slug}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "errors": list(errors),
        "request_id": current().request_id,
        **more,
    }
    return Response(body, status=status, content_type=MEDIA_TYPE)


def handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: the first kind that fits answers; what fits none is logged and told without details."""
    for kind, answer in _ANSWERS:
        if isinstance(error, kind):
            return answer(error)
    if outage := outage_of(error):
        return _out(error, outage)
    log.exception("Unexpected failure of a request.", exc_info=error)
    return problem(500, "unexpected", _("Something went wrong here; the failure was logged under the request id."))


def _not_visible(error: Exception) -> Response:
    return problem(404, "not-found", _("This does not exist, or not for you."))


def _refused(error: Refused) -> Response:
    more: dict[str, Any] = {"remedy_url": error.verdict.remedy_url} if error.verdict.remedy_url else {}
    return problem(403, "refused", error.message, **more)


def _stale(error: Stale) -> Response:
    answer = problem(412, "stale", error.message or _("Somebody else changed this in the meantime; read it again."))
    etag = getattr(error.current, "etag", "")
    if etag:
        answer["ETag"] = etag
    return answer


def _wrong_state(error: WrongState) -> Response:
    guards = [_guard(verdict) for verdict in error.open_guards]
    return problem(409, "wrong-state", error.message, guards, open_guards=guards)


def _guard(verdict: Verdict) -> dict[str, str]:
    return {"field": "", "message": verdict.reason, "remedy_url": verdict.remedy_url}


def _invalid(error: Invalid) -> Response:
    return problem(422, "invalid", error.message, flatten(error.errors))


def _malformed(error: Malformed) -> Response:
    return problem(400, "malformed", str(error.detail), flatten(error.errors))


def _unreadable_fields(error: exceptions.ValidationError) -> Response:
    errors = flatten(error.detail)
    return problem(422, "invalid", " ".join(each["message"] for each in errors), errors)


def flatten(found: Any, path: str = "") -> list[dict[str, str]]:
    """Nested field errors as a list of {"field": "decisions.0.needed_by", "message": …}."""
    if isinstance(found, Mapping):
        return [each for name, inner in found.items() for each in flatten(inner, _join(path, name))]
    if isinstance(found, (list, tuple)):
        nested = any(isinstance(each, (Mapping, list)) for each in found)
        places = [(_join(path, place) if nested else path, inner) for place, inner in enumerate(found)]
        return [each for place, inner in places for each in flatten(inner, place)]
    return [{"field": path, "message": str(found)}]


def _join(path: str, name: object) -> str:
    part = "" if name in ("non_field_errors", "") else safe(name)
    return f"{path}.{part}".strip(".")


def _elsewhere(error: Elsewhere) -> Response:
    return Response(None, status=error.status_code, headers={"Location": error.location})


def _too_large(error: Exception) -> Response:
    return problem(413, "too-large", _("This is more than one request may carry; send less, or in parts."))


def _suspicious(error: Exception) -> Response:
    return problem(400, "malformed", _("This request cannot be read."))


def told_by(error: Exception) -> str:
    """What a database error may say in a log: its kind, code and constraint, never the values that it quotes."""
    cause = error.__cause__
    about = getattr(cause, "diag", None)
    names = [getattr(about, each, None) for each in ("table_name", "column_name", "constraint_name")]
    return " ".join(str(each) for each in (type(error).__name__, getattr(cause, "pgcode", None), *names) if each)


def _does_not_fit(error: Exception) -> Response:
    log.warning("The database refused a value that every check let pass: %s", told_by(error))
    return problem(422, "invalid", _("A value is out of the range that can be stored."))


def _collided(error: Exception) -> Response:
    log.warning("Two writes collided: %s", told_by(error))
    return problem(409, "collision", _("Somebody else wrote the same at the same moment; read again and repeat."))


def _out(error: Exception, outage: Outage) -> Response:
    log.error("A request was not answered (%s): %s", outage.slug, told_by(error))
    answer = problem(outage.status, outage.slug, str(outage.detail))
    if outage.passes:
        answer["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _drf(error: exceptions.APIException) -> Response:
    slug = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    answer = problem(error.status_code, slug, safe(error.detail))
    header = getattr(error, "auth_header", None)
    if header:
        answer["WWW-Authenticate"] = header
    if getattr(error, "wait", None):
        answer["Retry-After"] = str(max(1, math.ceil(error.wait)))  # type: ignore[attr-defined]
    return answer


_ANSWERS: tuple[tuple[Any, Callable[[Any], Response]], ...] = (
    ((NotVisible, Http404, exceptions.NotFound), _not_visible),
    (Refused, _refused),
    (PermissionDenied, lambda error: problem(403, "refused", safe(error) or _("You may not do this."))),
    (Stale, _stale),
    (WrongState, _wrong_state),
    (Invalid, _invalid),
    (Malformed, _malformed),
    (Elsewhere, _elsewhere),
    (exceptions.ValidationError, _unreadable_fields),
    (exceptions.APIException, _drf),
    (RequestDataTooBig, _too_large),
    (SuspiciousOperation, _suspicious),
    (DataError, _does_not_fit),
    (IntegrityError, _collided),
    (HouseError, lambda error: problem(422, "invalid", error.message)),
)
