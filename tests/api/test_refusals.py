"""Every door that writes refuses in one order: 401, 404, 403, 428, 412, 409; then what it cannot read; 429 any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from tests.api.asking import asked
from tests.api.conftest import House
from tests.house.rest_matrix import REST
from tests.house.rows import Row

pytestmark = pytest.mark.django_db
BROKEN = b"{"
Door = tuple[str, Row, str]
WRITES: list[Door] = [
    (name, row, method)
    for name, rows in REST.items()
    for row in rows
    for method in ("post", "patch")
    if getattr(row, method)
]
UNVERSIONED = {"api:notice-read", "api:pack-preview-template"}
"""Notices have no version; a preview changes nothing."""
ANYTIME = {
    "api:project-detail",
    "api:attachment-detail",
    "api:attachment-versions",
    "api:attachment-restore",
    "api:attachment-withdraw",
    "api:pack-run-publish",
}
"""Allowed in every state that can be set here, or without a field that could be wrong."""
READY: Mapping[str, Mapping[str, Any]] = {
    "api:action-item-reopen": {"state": "done"},
    "api:import-apply": {"rows_created": 1},
    "api:import-undo": {"state": "applied"},
    "api:attachment-reinstate": {"state": "withdrawn", "withdrawn_at": timezone.now()},
    "api:project-resume": {"state": "on_hold"},
    "api:project-reopen": {"state": "closed"},
}
"""What must hold of the subject of the matrix for a verb to be possible."""


def doors(found: list[Door]) -> Any:
    ids = [f"{method} {name} {list(row.parts.values())}" for name, row, method in found]
    return pytest.mark.parametrize(("name", "row", "method"), found, ids=ids)


def passes(row: Row, method: str) -> bool:
    return "y" in getattr(row, method)


def subject(url: str) -> Any:
    """The rows of the object that an address names."""
    found = resolve(url)
    return found.func.cls.queryset.model.objects.filter(
        **{key: found.kwargs[key] for key in found.kwargs if key != "number"}
    )  # type: ignore[attr-defined]


def refused(answer: Any) -> int:
    """The status of a refusal, which is a problem document with words."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    assert answer.json()["detail"], answer.content
    return int(answer.status_code)


@doors(WRITES)
def test_who_asks_and_what_he_may_comes_before_what_he_sends(name: str, row: Row, method: str, house: House) -> None:
    url, letters = house.address(name, row), getattr(row, method)
    assert refused(asked(Client(), method, url, BROKEN)) == 401
    for letter, status in (("n", 404), ("f", 403)):
        client = house.of(letter, letters)
        if client is not None:
            assert refused(asked(client, method, url, BROKEN)) == status


@doors([door for door in WRITES if door[1].parts and door[0] not in UNVERSIONED and passes(door[1], door[2])])
def test_the_version_comes_before_the_body(name: str, row: Row, method: str, house: House) -> None:
    client, url = house.of("y", getattr(row, method)), house.address(name, row)
    assert client is not None
    assert refused(asked(client, method, url, BROKEN)) == 428
    stale = asked(client, method, url, BROKEN, If_Match='"old"')
    assert refused(stale) == 412
    assert stale["ETag"].startswith('"')


@doors([door for door in WRITES if passes(door[1], door[2])])
def test_a_body_that_cannot_be_read_is_refused(name: str, row: Row, method: str, house: House, settings: Any) -> None:
    client, url = house.of("y", getattr(row, method)), house.address(name, row)
    assert client is not None
    settings.API_MAX_BODY, settings.API_HEAVY_PER_MINUTE = 1000, 10**6
    if name in READY:
        assert subject(url).update(**READY[name]) == 1
    found = {
        "broken": refused(asked(client, method, url, BROKEN, If_Match="*")),
        "unknown": refused(asked(client, method, url, {"no_such_field": 1}, If_Match="*")),
        "large": refused(asked(client, method, url, {"no_such_field": "x" * 1000}, If_Match="*")),
        "type": refused(asked(client, method, url, b"<a/>", "application/xml", If_Match="*")),
        "parameter": refused(asked(client, method, f"{url}?no_such_parameter=1", {}, If_Match="*")),
    }
    assert found == {"broken": 400, "unknown": 400, "large": 413, "type": 415, "parameter": 400}


def has_states(door: Door) -> bool:
    name, row, method = door
    return bool(row.parts) and passes(row, method) and name not in ANYTIME and name.startswith(STATEFUL)


STATEFUL = ("api:action-item-", "api:import-", "api:attachment-", "api:project-", "api:status-report-")


@doors([door for door in WRITES if has_states(door)])
def test_the_state_comes_before_the_body(name: str, row: Row, method: str, house: House, settings: Any) -> None:
    client, url = house.of("y", getattr(row, method)), house.address(name, row)
    assert client is not None
    settings.API_HEAVY_PER_MINUTE = 10**6
    answers = {}
    for state, _label in subject(url).model._meta.get_field("state").choices:
        try:
            with transaction.atomic():
                subject(url).update(state=state)
        except IntegrityError:
            continue
        answers[state] = asked(client, method, url, BROKEN, If_Match="*").status_code
    assert set(answers.values()) <= {400, 409}
    assert 409 in answers.values()
    assert 400 in answers.values() or name in READY


def test_whoever_asks_too_often_is_told_when_to_go_on(house: House, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 0
    for name, row, method in WRITES:
        answer = asked(house.clients["member"], method, house.address(name, row), BROKEN)
        assert refused(answer) == 429, name
        assert 1 <= int(answer["Retry-After"]) <= 60
