"""The audit log is read in older and newer pages that stay while acts are added."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pmo.audit.models import Record
from pmo.console.views.records import RecordList

pytestmark = pytest.mark.django_db


@pytest.fixture
def acts(cast, monkeypatch) -> list[int]:
    """Seven acts, the newest first, in pages of three; two are of one instant."""
    monkeypatch.setattr(RecordList, "page_size", 3)
    now = timezone.now() + timedelta(hours=1)
    rows = [add(cast, now - timedelta(minutes=step)) for step in (0, 1, 2, 2, 3, 4, 5)]
    return [row.pk for row in sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)]


def add(cast, at) -> Record:
    return Record.objects.create(actor=cast.director, verb="pack.edit", object_label="Board", at=at, note="Seven")


def keys(client, query: str) -> list[int]:
    return [row.pk for row in client.get(f"/audit/?q=Seven{query}").context["shown"].object_list]


def test_pages_are_older_and_newer_and_nothing_is_told_twice_while_acts_are_added(acts, cast, client_of):
    client = client_of(cast.director)
    first = keys(client, "")
    assert first == acts[:3]
    fresh = add(cast, timezone.now() + timedelta(hours=2))
    second = keys(client, f"&older={first[-1]}")
    third = keys(client, f"&older={second[-1]}")
    assert (second, third) == (acts[3:6], acts[6:])
    assert keys(client, f"&newer={third[0]}") == acts[3:6]
    assert keys(client, f"&newer={second[0]}") == acts[:3]
    assert keys(client, f"&newer={first[0]}") == [fresh.pk, *acts[:2]]


def test_the_ends_of_the_log_lead_no_further(acts, cast, client_of):
    client = client_of(cast.director)
    first = client.get("/audit/?q=Seven")
    assert (first.context["shown"].newer, first.context["shown"].older) == (None, acts[2])
    assert f"?q=Seven&amp;older={acts[2]}" in first.content.decode()
    assert "7 rows" in first.content.decode()
    last = client.get(f"/audit/?q=Seven&older={acts[5]}")
    assert (last.context["shown"].newer, last.context["shown"].older) == (acts[6], None)
    assert (f"newer={acts[6]}" in last.content.decode(), ">Newest<" in last.content.decode()) == (True, True)


@pytest.mark.parametrize("key", ["0", "x", "-1", "9" * 30, "²"])
def test_a_place_that_is_none_is_refused_in_words(key, acts, cast, client_of):
    answer = client_of(cast.director).get(f"/audit/?older={key}")
    assert answer.status_code == 400
    assert "There is no such row; begin with the newest." in answer.content.decode()


def test_the_log_in_another_order_has_numbered_pages(acts, cast, client_of):
    shown = client_of(cast.director).get("/audit/?q=Seven&sort=verb&page=2").context["shown"]
    assert (shown.number, len(shown.object_list)) == (2, 3)
