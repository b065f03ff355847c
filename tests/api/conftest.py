"""The small world with its subjects for tests that walk every REST door; each file makes it once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pmo.access.models import User
from reporting.sample.small import plant_small
from tests.house.rows import CAST, Row
from tests.house.subjects import subjects


@dataclass(frozen=True)
class House:
    """Keys of the subjects, the world, and a signed-in client for each of the cast."""

    things: dict[str, Any]
    world: Any
    clients: dict[str, Client]

    def address(self, name: str, row: Row) -> str:
        parts = {key: self.things[value[1:]] if value.startswith(":") else value for key, value in row.parts.items()}
        return reverse(name, kwargs=parts)

    def of(self, letter: str, letters: str) -> Client | None:
        """The client of the first whom the row meets with this letter."""
        place = letters.find(letter)
        return self.clients[CAST[place]] if place >= 0 else None


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Made once for a file and rolled back; tests undo what they do (see `asked`)."""
    assert connection.settings_dict["NAME"].startswith("test"), "This run has no database of its own."
    with django_db_blocker.unblock(), transaction.atomic():
        world = plant_small(actor=User.objects.system(), today=timezone.localdate())
        yield House(subjects(world), world, {name: signed_in(world.users[name]) for name in CAST})
        transaction.set_rollback(True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
