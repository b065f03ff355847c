"""Asks operations of the schema as a caller, for invented objects and for those that are there; undoes each effect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from pmo.rest.root import described
from pmo.wsgi import application
from tests.house.rest_matrix import REST

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
]
PARTS = re.compile(r"\{(\w+)\}")


@dataclass
class Caller:
    """Who asks: by what he is known, and how many cases were tried."""

    name: str
    headers: dict[str, str] = field(repr=False)
    known: dict[str, dict[str, str]] = field(repr=False)
    cases: int = 0
    failures: list[str] = field(default_factory=list)


def operations() -> list[Any]:
    """Everything that the schema says can be asked."""
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(described("en-gb"))))
    schema.app = application
    return [found.ok() for found in schema.get_all_operations()]


def session_headers(client: Client) -> dict[str, str]:
    """What a browser sends that is signed in and knows its CSRF token."""
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": "c" * 32}
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "X-CSRFToken": "c" * 32}


def known_parts(things: dict[str, Any]) -> dict[str, dict[str, str]]:
    """For each address with parts in the schema, those of an object that is there."""
    found = {}
    for name, rows in REST.items():
        parts = {key: str(things.get(value[1:], value)) for key, value in rows[0].parts.items()}
        if parts:
            template = reverse(name, kwargs=parts)
            parts = {"id" if key == "pk" else key: value for key, value in parts.items()}
            for key, value in parts.items():
                template = template.replace(f"/{value}/", f"/{{{key}}}/", 1)
            found[template] = parts
    return found


def unreached(known: dict[str, dict[str, str]]) -> set[str]:
    """The addresses with parts for which no object is known, so that only invented ones are asked for."""
    return {operation.path for operation in operations() if PARTS.search(operation.path)} - set(known)


def try_out(caller: Caller, asked: Sequence[Any], mode: GenerationMode, cases: int, *, derandomize: bool) -> None:
    """Ask each operation `cases` times; what does not keep the schema is added to the caller's failures."""
    for operation in asked:
        try:
            _try(caller, operation, mode, cases, derandomize)
        except (BaseExceptionGroup, AssertionError) as error:
            caller.failures += [f"{caller.name}: {operation.label}: {each}" for each in _each(error)]


def _each(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup) and not isinstance(error, FailureGroup):
        for inner in error.exceptions:
            yield from _each(inner)
    else:
        yield error


def _try(caller: Caller, operation: Any, mode: GenerationMode, cases: int, derandomize: bool) -> None:
    parts = caller.known.get(operation.path)

    @given(case=operation.as_strategy(generation_mode=mode), there=st.booleans())
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=derandomize,
        suppress_health_check=list(HealthCheck),
    )
    def run(case: Any, there: bool) -> None:
        if parts and there:
            case.path_parameters = dict(parts)
        headers = {"If-Match": "*", **caller.headers} if there else caller.headers
        case.headers = {**dict(case.headers or {}), **headers}
        caller.cases += 1
        with transaction.atomic():
            response = case.call()
            case.validate_response(response, checks=CHECKS)
            assert caller.headers or response.status_code == 401, "This was answered to somebody who is not signed in."
            transaction.set_rollback(True)

    run()
