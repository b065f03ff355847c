"""Every address and method against the hand-written matrix, for each member of the cast and for strangers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from pmo.access.models import User
from reporting.sample.small import plant_small
from tests.house.matrix import FOREIGN, MATRIX, PUBLIC
from tests.house.rest_matrix import REST
from tests.house.rows import CAST, Row
from tests.house.subjects import subjects

# The mark makes the run prepare its test database; the world below is shared by all tests of this file.
pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class House:
    """Keys of the subjects, and who asks."""

    things: dict[str, Any]
    clients: dict[str, Client]


METHODS = ("get", "post", "patch", "put", "delete")
LETTERS = {403: "f", 404: "n", 405: "-"}
CASES = [
    pytest.param(name, row, id=f"{name} {list(row.parts.values())}") for name, rows in MATRIX.items() for row in rows
]


def addresses(patterns: Any = None, namespace: str = "") -> Iterator[tuple[str, str]]:
    """(full name, pattern) of everything the resolver knows."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            below = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry.url_patterns, below)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", str(entry.pattern)


def needs_a_row(name: str) -> bool:
    return name not in PUBLIC | FOREIGN and not name.endswith(":None")


def test_every_address_has_its_row_and_every_row_its_address():
    known = {name for name, _pattern in addresses() if needs_a_row(name)}
    assert sorted(known - set(MATRIX)) == []
    assert sorted(set(MATRIX) - known) == []


def test_every_row_says_something_about_each_member_of_the_cast():
    for name, rows in MATRIX.items():
        for row in rows:
            assert row.expected(), name
            for letters in row.expected().values():
                assert len(letters) == len(CAST), name
                assert set(letters) <= set("yfn"), name


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """The small world with its subjects and a signed-in client for each of the cast, made once and rolled back."""
    assert connection.settings_dict["NAME"].startswith("test"), "This run has no database of its own."
    with django_db_blocker.unblock(), transaction.atomic():
        world = plant_small(actor=User.objects.system(), today=timezone.localdate())
        yield House(subjects(world), {name: signed_in(world.users[name]) for name in CAST})
        transaction.set_rollback(True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, row: Row, things: dict[str, Any]) -> str:
    parts = {key: things[value[1:]] if value.startswith(":") else value for key, value in row.parts.items()}
    return reverse(name, kwargs=parts) + (f"?{row.query}" if row.query else "")


def ask(client: Client, method: str, url: str) -> Any:
    if url.startswith("/api/") and method != "get":
        return getattr(client, method)(url, data="{}", content_type="application/json")
    return getattr(client, method)(url)


def asked(client: Client, method: str, url: str) -> Any:
    """The answer to a request whose effects are undone before the next one asks."""
    with transaction.atomic():
        response = ask(client, method, url)
        transaction.set_rollback(True)
    return response


def letter(response: Any) -> str:
    if response.status_code == 302 and "/account/login/" in response["Location"]:
        return "?"
    assert response.status_code < 500, response.content[:400]
    return LETTERS.get(response.status_code, "y")


def test_the_cast_is_complete(house):
    assert tuple(house.clients) == CAST


@pytest.mark.slow
@pytest.mark.parametrize(("name", "row"), CASES)
def test_each_role_meets_the_answer_of_the_matrix(name, row, house):
    url = address(name, row, house.things)
    found = {
        method: "".join(letter(asked(client, method, url)) for client in house.clients.values())
        for method in row.expected()
    }
    assert found == row.expected(), f"columns: {' '.join(CAST)}"


@pytest.mark.parametrize(("name", "row"), CASES)
def test_no_other_method_is_allowed(name, row, house):
    url = address(name, row, house.things).partition("?")[0]
    letters = row.get or next(iter(row.expected().values()))
    reader = CAST[letters.find("y")]
    for method in METHODS:
        if method not in row.expected():
            assert asked(house.clients[reader], method, url).status_code in (403, 404, 405), method


@pytest.mark.parametrize(("name", "row"), CASES)
def test_whoever_is_not_signed_in_is_asked_to_sign_in(name, row, house):
    url = address(name, row, house.things)
    for method in row.expected():
        response = asked(Client(), method, url)
        if name in REST:
            assert (response.status_code, response["WWW-Authenticate"][:6]) == (401, "Bearer"), method
        else:
            assert response.status_code == 302, method
            assert response["Location"].startswith(reverse("account_login")), method


def test_a_form_without_its_token_is_refused(house):
    client = Client(enforce_csrf_checks=True)
    client.cookies = house.clients["alice"].cookies
    response = asked(client, "post", reverse("portfolio:status_start", kwargs={"code": "N-1"}))
    assert response.status_code == 403
