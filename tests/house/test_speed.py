"""Pages stay within their SQL statements and bytes, which do not depend on the machine; times are never asserted."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from pmo.access.models import User
from reporting.sample.actions import plant
from reporting.sample.measuring import Measured, measure, wishes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FEW, MANY = 2, 40
SEARCH = "search while typing"
"""Asks once more for each kind in which it finds something; among two projects there are fewer kinds to find."""


def measured(size: int) -> dict[str, Measured]:
    with transaction.atomic():
        plant(actor=User.objects.system(), today=timezone.localdate(), size=size)
        reader = User.objects.get(username="analyst")
        found = {each.wanted.name: each for each in measure(reader, wishes(), repeats=1)}
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def sizes(django_db_setup: None, django_db_blocker: Any) -> tuple[dict[str, Measured], dict[str, Measured]]:
    """The pages measured on two projects and on forty."""
    with django_db_blocker.unblock():
        return measured(FEW), measured(MANY)


def test_every_page_stays_within_its_statements(sizes):
    over = {name: each for name, each in sizes[1].items() if each.wanted.statements}
    assert {name: each.misses for name, each in over.items() if each.statements > each.wanted.statements} == {}


def test_every_page_stays_within_its_kilobytes(sizes):
    limited = {name: each for name, each in sizes[1].items() if each.wanted.kilobytes}
    assert {name: each.misses for name, each in limited.items() if each.kilobytes > each.wanted.kilobytes} == {}


def test_twenty_times_the_projects_take_no_more_statements(sizes):
    few, many = sizes
    grown = {name: (few[name].statements, each.statements) for name, each in many.items() if name != SEARCH}
    assert {name: pair for name, pair in grown.items() if pair[1] > pair[0]} == {}
