"""Asks a door of the REST interface and undoes what it did."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.test import Client


def asked(
    client: Client, method: str, url: str, body: Any = b"", kind: str = "application/json", **headers: str
) -> Any:
    """The answer to a request whose effects are undone before the next one asks."""
    with transaction.atomic():
        answer = told(client, method, url, body, kind, **headers)
        transaction.set_rollback(True)
    return answer


def told(client: Client, method: str, url: str, body: Any = b"", kind: str = "application/json", **headers: str) -> Any:
    """The answer to a request; bodies that are not bytes are sent as JSON, `If_Match` names a header."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.generic(method.upper(), url, raw, content_type=kind, headers=named)
