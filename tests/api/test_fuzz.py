"""Whatever the schema lets a caller send, and what it does not, is answered as the schema says, never by a failure."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pmo.rest.root import described
from pmo.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_connection")]
CASES = int(os.environ.get("PMO_FUZZ_CASES", "3"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ROLES = ["director", "alice"]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests leave the connection of the test's transaction open, as those of Django's own test client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("role", ROLES)
def test_the_door_keeps_its_promises(role: str, mode: GenerationMode, cast: Any, token_of: Any) -> None:
    headers = {"Authorization": f"Bearer {token_of(getattr(cast, role), 'all')}", "If-Match": "*"}
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(described("en-gb"))))
    schema.app = application
    failures: list[str] = []
    for found in schema.get_all_operations():
        try:
            _try(found.ok(), mode, headers)
        except BaseExceptionGroup as group:
            failures += [f"{found.ok().label}: {error}" for error in group.exceptions]
        except AssertionError as error:
            failures.append(f"{found.ok().label}: {error}")
    assert not failures, "\n\n".join(failures)


def _try(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def run(case: Any) -> None:
        case.headers = {**dict(case.headers or {}), **headers}
        response = case.call()
        case.validate_response(response, checks=CHECKS)

    run()
