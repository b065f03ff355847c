"""The house speaks every language that it has: nothing is said outside of the catalogues, and none has gaps."""

from __future__ import annotations

import re

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pmo.access.models import User
from reporting.sample.small import plant_small
from tests.house import pseudo
from tests.house.matrix import MATRIX
from tests.house.rows import CAST
from tests.house.subjects import subjects
from tests.house.test_matrix import address, signed_in

pytestmark = pytest.mark.django_db

PROPER = {
    "PMO", "REST", "CSV", "XLSX", "PDF", "API", "English (United Kingdom)", "English (United States)", "Deutsch",
    pseudo.LANGUAGE, "Europe/London", "UTC", "EUR", "GBP", "USD", "DEMO", "GMT", "BST", "pmo@localhost",
    "utf-8", "utf-16", "windows-1250", "windows-1251", "windows-1252", "iso-8859-15", "mac-roman",
}  # fmt: skip
"""Names that are the same in every language."""
INITIALS = re.compile("[A-Z]{2}").fullmatch
PAGES = [
    pytest.param(name, row, id=f"{name} {list(row.parts.values())}")
    for name, rows in MATRIX.items()
    for row in rows
    if "y" in row.get and not name.startswith("api:")
]


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """The small world whose people read the pseudo language."""
    assert connection.settings_dict["NAME"].startswith("test"), "This run has no database of its own."
    with django_db_blocker.unblock(), transaction.atomic(), pseudo.spoken():
        world = plant_small(actor=User.objects.system(), today=timezone.localdate())
        things = subjects(world)
        User.objects.update(language=pseudo.LANGUAGE)
        clients = {name: signed_in(User.objects.get(pk=world.users[name].pk)) for name in CAST}
        yield things, clients, pseudo.data()
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "row"), PAGES)
def test_a_page_says_nothing_that_no_translator_was_shown(name, row, house):
    things, clients, data = house
    reader = clients[CAST[row.get.index("y")]]
    with transaction.atomic():
        answer = reader.get(address(name, row, things))
        transaction.set_rollback(True)
    if not answer.get("Content-Type", "").startswith("text/html") or answer.status_code >= 500:
        pytest.skip("no page")
    found = {piece for piece in pseudo.unmarked(answer.content.decode()) if not known(piece, data)}
    assert sorted(found) == []


def known(piece: str, data: str) -> bool:
    """Whether the piece is data, or made of names that all languages share; initials are made of names."""
    bare = piece.strip(" .,:;·–—-()/“”%+…→|#&@")
    words = [word for word in re.split(r"[\s·,()/:@]+", bare) if pseudo.LETTERS.search(word)]
    if bare in data or {piece, bare} & PROPER:
        return True
    return all(word in data or word in PROPER or INITIALS(word) for word in words)
