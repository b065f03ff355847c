"""Whatever the schema lets a caller send, and what it does not, is answered as the schema says, never by a failure.

The everyday run asks each caller a share of the operations; `make fuzz` asks everybody everything, many times.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as house
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.utils import timezone
from schemathesis import GenerationMode

from pmo.access import tokens
from pmo.access.models import User
from reporting.sample.small import plant_small
from tests.api.fuzzing import Caller, known_parts, operations, session_headers, try_out, unreached
from tests.house.subjects import subjects

pytestmark = pytest.mark.django_db
CASES = int(os.environ.get("PMO_FUZZ_CASES", "2"))
SHARE = int(os.environ.get("PMO_FUZZ_SHARE", "12"))
MODES = {"valid": GenerationMode.POSITIVE, "invalid": GenerationMode.NEGATIVE}
PEOPLE = (
    "director",
    "portfolio",
    "alice",
    "bob",
    "analyst",
    "administrator",
    "executive",
    "resources",
    "member",
    "sysadmin",
)
CALLERS = (*PEOPLE, "robot", "nobody")


@pytest.fixture(scope="module")
def callers(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Caller]]:
    """The small world with its subjects; people by session, the robot by its token, and one who is not signed in.

    Requests leave the connection of this world open, as those of Django's own test client do.
    """
    assert connection.settings_dict["NAME"].startswith("test"), "This run has no database of its own."
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        world = plant_small(actor=User.objects.system(), today=timezone.localdate())
        known = known_parts(subjects(world))
        headers = {name: _session(world.users[name]) for name in PEOPLE}
        secret = tokens.issue(world.users["robot"], "robot", ("all",), days=1)[1]
        headers |= {"robot": {"Authorization": f"Bearer {secret}"}, "nobody": {}}
        yield {name: Caller(name, found, known) for name, found in headers.items()}
        transaction.set_rollback(True)
    for signal in signals:
        signal.connect(close_old_connections)


def _session(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return session_headers(client)


def test_every_address_is_asked_for_something_that_is_there(callers: dict[str, Caller]) -> None:
    assert unreached(callers["nobody"].known) == set()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", CALLERS)
def test_the_door_keeps_its_promises(
    name: str, mode: str, callers: dict[str, Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    for ceiling in ("API_CALLS_PER_MINUTE", "API_CALLS_OF_PERSON", "API_HEAVY_PER_MINUTE"):
        monkeypatch.setattr(house, ceiling, 10**9)
    caller = callers[name]
    caller.cases, caller.failures = 0, []
    asked = operations()[CALLERS.index(name) % SHARE :: SHARE]
    try_out(caller, asked, MODES[mode], CASES, derandomize=SHARE > 1)
    assert not caller.failures, "\n\n".join(caller.failures)
    assert caller.cases >= len(asked)
    print(f"{caller.cases} cases")
