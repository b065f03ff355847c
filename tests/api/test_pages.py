"""Pages of lists: signed cursors that stay right while rows are added, and links to the neighbours."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from pmo.audit.models import Record
from pmo.notices.models import Notice

pytestmark = pytest.mark.django_db
NOTICES = "/api/v1/notices/"


@pytest.fixture
def notices(cast: Any) -> list[str]:
    """Seven of alice, of which five share one instant; newest first."""
    now = timezone.now()
    instants = [now - timedelta(hours=age) for age in (2, 1, 1, 1, 1, 1, 0)]
    rows = [
        Notice(user=cast.alice, kind="status", text=str(place), key=f"n{place}", created_at=at)
        for place, at in enumerate(instants)
    ]
    Notice.objects.bulk_create(rows)
    for row, at in zip(rows, instants, strict=True):
        Notice.objects.filter(pk=row.pk).update(created_at=at)
    return ["6", "5", "4", "3", "2", "1", "0"]


def links(answer: Any) -> dict[str, str]:
    """The Link header by relation."""
    return {relation: url for url, relation in re.findall(r'<([^>]+)>; rel="(\w+)"', answer["Link"])}


def texts(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["text"] for row in answer.json()["results"]]


def walk(client: Any, url: str, relation: str = "next") -> list[list[str]]:
    """The texts of page after page."""
    pages = []
    while url:
        answer = client.get(url)
        pages.append(texts(answer))
        url = links(answer).get(relation, "")
    return pages


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_every_row_is_on_one_page_also_where_many_share_an_instant(
    size: int, api_of: Any, cast: Any, notices: list[str]
) -> None:
    pages = walk(api_of(cast.alice), f"{NOTICES}?page_size={size}")
    assert [text for page in pages for text in page] == notices
    assert {len(page) for page in pages[:-1]} <= {size}


def test_pages_lead_back_the_way_they_came(api_of: Any, cast: Any, notices: list[str]) -> None:
    client = api_of(cast.alice)
    second = client.get(client.get(f"{NOTICES}?page_size=3").json()["next"])
    last = client.get(second.json()["next"])
    assert (texts(second), texts(last), last.json()["next"]) == (["3", "2", "1"], ["0"], None)
    assert walk(client, last.json()["previous"], "prev") == [["3", "2", "1"], ["6", "5", "4"]]
    assert texts(client.get(links(second)["first"])) == ["6", "5", "4"]
    assert "prev" not in links(client.get(f"{NOTICES}?page_size=3"))


def test_rows_that_come_in_between_shift_no_page(api_of: Any, cast: Any, notices: list[str]) -> None:
    client = api_of(cast.alice)
    first = client.get(f"{NOTICES}?page_size=3")
    for number in range(5):
        cast.alice.notices.create(kind="status", text=f"new {number}", key=f"new{number}")
    second = client.get(first.json()["next"])
    assert texts(first) + texts(second) == ["6", "5", "4", "3", "2", "1"]
    assert second.json()["count"] == 12


def test_the_order_may_be_turned_round(api_of: Any, cast: Any, notices: list[str]) -> None:
    pages = walk(api_of(cast.alice), f"{NOTICES}?page_size=3&sort=created_at")
    assert pages == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


def test_a_cursor_is_signed_and_belongs_to_its_list(api_of: Any, cast: Any, notices: list[str]) -> None:
    client = api_of(cast.alice)
    given = client.get(f"{NOTICES}?page_size=1").json()["next"].partition("cursor=")[2].partition("&")[0]
    forged = signing.dumps(["2026-01-01T00:00:00+00:00", 1, False], key="x" * 50, salt=f"rest.cursor:{NOTICES}")
    for cursor in (given[:-1], given.replace("W", "X", 1), forged, "cD0x", ""):
        answer = client.get(f"{NOTICES}?cursor={cursor}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor"), cursor
    assert api_of(cast.director).get(f"/api/v1/audit/?cursor={given}").status_code == 400


def test_the_audit_log_is_read_to_its_end_without_a_count(api_of: Any, cast: Any) -> None:
    client, url, seen = api_of(cast.director), "/api/v1/audit/?page_size=3", []
    while url:
        page = client.get(url).json()
        assert "count" not in page
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert seen == list(Record.objects.order_by("-at", "-pk").values_list("pk", flat=True))


def test_a_history_has_cursor_pages_that_tell_each_change_against_the_one_before(api_of: Any, cast: Any) -> None:
    client = api_of(cast.alice)
    for name in ("One", "Two", "Three"):
        client.patch("/api/v1/projects/N-1/", {"name": name}, format="json", HTTP_IF_MATCH="*")
    url, told = "/api/v1/projects/N-1/history/?page_size=1", []
    while url and len(told) < 3:
        page = client.get(url).json()
        told += [change["sentence"] for change in page["results"][0]["changes"]]
        url = page["next"]
    assert told == ["Name changed from Two to Three", "Name changed from One to Two", "Name changed from Bridge to One"]
    assert page["count"] >= 4


def test_numbered_pages_link_to_their_neighbours(api_of: Any, cast: Any) -> None:
    client = api_of(cast.director)
    found = links(client.get("/api/v1/projects/?page_size=2&page=2&sort=code"))
    base = "http://testserver/api/v1/projects/?"
    assert found == {
        "next": f"{base}page=3&page_size=2&sort=code",
        "prev": f"{base}page_size=2&sort=code",
        "first": f"{base}page_size=2&sort=code",
        "last": f"{base}page=3&page_size=2&sort=code",
    }
    assert set(links(client.get("/api/v1/projects/"))) == {"first", "last"}


@pytest.mark.parametrize("address", ["projects", "audit", "notices", "projects/N-1/history", "pack-runs", "users"])
def test_no_page_is_longer_than_five_hundred(address: str, api_of: Any, cast: Any) -> None:
    client = api_of(cast.director)
    assert client.get(f"/api/v1/{address}/?page_size=500").status_code == 200
    for size in ("501", "0", "-1", "x", ""):
        answer = client.get(f"/api/v1/{address}/?page_size={size}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "page_size")
