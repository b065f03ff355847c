"""Idempotency-Key: the same POST sent twice has one effect and one answer, also when both arrive at once.

The answer is stored in the transaction of the effect under an advisory lock, so a crash leaves both or neither and a
lock never outlives its request.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from pmo.kernel.errors import Broken
from pmo.rest.models import Answer
from pmo.rest.problems import Conflict, Malformed
from pmo.rest.throttling import caller

KEPT_FOR = timedelta(hours=24)
HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Location", "ETag", "Retry-After")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
Handler = Callable[..., Response]
Refusal = Callable[[Exception], Response]


def once(handler: Handler, refuse: Refusal) -> Handler:
    """The handler, run at most once per caller, path and key; `refuse` turns its exception into an answer."""

    def run(request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not _KEY.fullmatch(key):
            raise Malformed({HEADER: [_("An idempotency key has 1 to 255 printable ASCII characters without spaces.")]})
        place = {"caller": caller(request), "path": request.path[:300], "key": key}
        digest = body_digest(request)
        with transaction.atomic():
            _lock(place)
            known = Answer.objects.filter(**place, created_at__gt=timezone.now() - KEPT_FOR).first()
            if known is not None:
                return replay(known, digest)
            answer = _first(handler, refuse, request, *args, **kwargs)
            if answer.status_code < 500:
                _keep(place, digest, answer)
        return answer

    return run


def _lock(place: dict[str, str]) -> None:
    raw = hashlib.sha256("\n".join(place.values()).encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(raw, "big", signed=True)])
        if not cursor.fetchone()[0]:  # type: ignore[index]
            raise Conflict(_("The first request with this key is still being answered; ask again in a moment."), wait=1)


def _first(handler: Handler, refuse: Refusal, request: Request, *args: Any, **kwargs: Any) -> Response:
    try:
        with transaction.atomic():
            return handler(request, *args, **kwargs)
    except Exception as error:
        return refuse(error)


def _keep(place: dict[str, str], digest: str, answer: Response) -> None:
    Answer.objects.update_or_create(
        defaults={
            "body_digest": digest,
            "status": answer.status_code,
            "media_type": answer.content_type or "",
            "headers": {name: answer[name] for name in KEPT_HEADERS if answer.has_header(name)},
            "body": None if answer.data is None else json.dumps(answer.data, cls=JSONEncoder),
            "created_at": timezone.now(),
        },
        **cast(Any, place),
    )


def replay(known: Answer, digest: str) -> Response:
    """The first answer again, or 422 when the key was used for another request."""
    if known.body_digest != digest:
        raise Broken(_("This key was used for another request; make a new key for each."), field=HEADER)
    headers = {**known.headers, "Idempotency-Replayed": "true"}
    body = None if known.body is None else json.loads(known.body)
    return Response(body, status=known.status, headers=headers, content_type=known.media_type or None)


def body_digest(request: Request) -> str:
    """SHA-256 of what was sent: the raw body, or of an upload its fields and the bytes of its files."""
    found = hashlib.sha256(request.META.get("QUERY_STRING", "").encode())
    if (request.content_type or "").startswith("multipart/"):
        for name, values in sorted(cast(Any, request.data).lists(), key=lambda item: item[0]):
            for value in values:
                _feed(found, f"\n{name}=")
                _feed(found, value)
    else:
        found.update(request._request.body)
    return found.hexdigest()


def _feed(found: Any, value: Any) -> None:
    if not isinstance(value, UploadedFile):
        found.update(str(value).encode("utf-8", "backslashreplace"))
        return
    _feed(found, f"{value.name}\n{value.size}\n")
    for chunk in value.chunks():
        found.update(chunk)
    value.seek(0)


def forget_old() -> int:
    """Delete answers older than their time; returns how many."""
    return Answer.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()[0]
