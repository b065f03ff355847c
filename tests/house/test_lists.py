"""What every list promises: queries that do not grow, an export that equals the screen, and no leak by any parameter.

Every declared `ListPage` is found here by itself. A list that needs parts in its address or other rows than projects,
reports and people gets an entry in PARTS or a grower in `growing.py`; until then the test for 40 rows says so.
"""

from __future__ import annotations

import csv
import io
import pickle
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.utils.html import strip_tags

from pmo.access.models import User
from pmo.ui.models import SavedView
from pmo.ui.pages import ListPage
from pmo.ui.registry import pages
from reporting.sample.small import plant_small
from tests.house.growing import GROWERS, READERS, grow
from tests.house.subjects import subjects
from tests.pdf.structure import Read

pytestmark = pytest.mark.django_db
get_resolver().url_patterns  # noqa: B018  (imports every door, so that every page is declared)
# The first is polled by a list and answers without rows, the second is a workbook of rows.
NOT_A_LIST = {"exchange:import_progress", "portfolio:project_sheet"}
LISTS = [each for each in pages() if issubclass(each.view, ListPage) and each.name not in NOT_A_LIST]
PARTS = {
    "portfolio:project_reports": {"code": "N-1"},
    "exchange:import_run": {"pk": ":import"},
    "reporting:pack": {"pk": ":pack"},
    "reporting:portfolio_home": {"code": "NORTH"},
    "reporting:programme_home": {"code": "RAILS"},
    "reporting:unit_home": {"pk": ":unit"},
}
HIDDEN = "Secret site"
every_list = pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.name)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """The small world and its subjects, made once; what a test adds is undone within its own transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = plant_small(actor=User.objects.system(), today=timezone.localdate())
        things = subjects(made)
        yield pickle.dumps(made), things
        transaction.set_rollback(True)


@pytest.fixture
def world(house: tuple[bytes, dict[str, Any]]) -> Any:
    return pickle.loads(house[0])


@pytest.fixture
def things(house: tuple[bytes, dict[str, Any]]) -> dict[str, Any]:
    return dict(house[1])


@pytest.fixture
def client_named(world: Any) -> Any:
    def made(name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=world.users[name].pk))
        return client

    return made


def url_of(listed: Any, things: dict[str, Any]) -> str:
    parts = {
        key: things[value[1:]] if value.startswith(":") else value for key, value in PARTS.get(listed.name, {}).items()
    }
    return reverse(listed.name, kwargs=parts)


def reader_of(listed: Any) -> str:
    """Somebody who sees the list whole."""
    return READERS.get(listed.name, "analyst")


def everything(listed: Any) -> str:
    """The query string of the view that shows most."""
    # Views that depend on the reader are a property of the page; they too begin with all.
    declared = listed.view.views
    slugs = [view.slug for view in declared] if isinstance(declared, list | tuple) else ["all"]
    return next((f"view={slug}" for slug in slugs if slug in ("all", "everybody", "everything")), "")


def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200, (url, response.content[:300])
    return len(asked)


@pytest.mark.slow
@every_list
def test_the_queries_of_a_list_do_not_grow_with_its_rows(listed, world, things, client_named):
    url, client = f"{url_of(listed, things)}?{everything(listed)}", client_named(reader_of(listed))
    assert listed.name in GROWERS, f"Say in growing.py how {listed.name} gets more rows."
    grow(listed.name, world, things, 2)
    few = queries_of(client, url)
    grow(listed.name, world, things, 38)
    many = queries_of(client, url)
    assert len(rows_on_screen(client, url)) >= min(40, listed.view.page_size)
    assert many <= few, f"{few} queries for few rows, {many} for many"


@every_list
def test_no_condition_of_a_tab_multiplies_rows(listed, world, things, client_named):
    """The tabs are counted in one statement, row by row; a join to many would count a row more than once."""
    shown = client_named(reader_of(listed)).get(url_of(listed, things)).context["page"]
    plain = set(shown.matching.order_by().query.alias_map) | {shown.matching.model._meta.db_table}
    for view in shown.views:
        joined = shown.matching.filter(view.filter(shown)).order_by().query
        # Only a join makes a condition meet a row twice; an IN of a subquery does not.
        assert set(joined.alias_map) <= plain, view.slug


def exported(client: Client, url: str) -> list[list[str]]:
    response = client.get(url)
    assert response.status_code == 200, url
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def rows_on_screen(client: Client, url: str) -> list[str]:
    """The text of each row of the results as htmx would fetch them."""
    html = client.get(url, headers={"HX-Request": "true", "HX-Target": "results"}).content.decode()
    body = html.partition("<tbody")[2].partition("</tbody>")[0]
    return [" ".join(strip_tags(row.replace("<", " <")).split()) for row in re.findall(r"<tr>.*?</tr>", body, re.S)]


@pytest.mark.slow
@every_list
def test_the_export_has_the_rows_of_the_screen_in_the_same_order(listed, world, things, client_named):
    client, url = client_named(reader_of(listed)), url_of(listed, things)
    grow(listed.name, world, things, 3)
    shown = rows_on_screen(client, f"{url}?{everything(listed)}")
    table = exported(client, f"{url}?{everything(listed)}&export=csv")[1:]
    assert len(table) == len(shown) >= 3
    for cells, row in zip(table, shown, strict=True):
        assert any(cell in row for cell in cells if len(cell) > 3), (cells, row)


@every_list
def test_a_list_shows_and_exports_nothing_of_a_hidden_project(listed, world, things, client_named):
    client, url, query = client_named(reader_of(listed)), url_of(listed, things), everything(listed)
    screens = [client.get(f"{url}?{query}").content.decode(), str(exported(client, f"{url}?{query}&export=csv"))]
    for text in screens:
        assert HIDDEN not in text
        assert "N-4" not in text


@every_list
@pytest.mark.parametrize("search", ["Secret", "N-4"])
def test_searching_for_what_is_hidden_finds_as_much_as_searching_for_nothing_there_is(
    listed, search, world, things, client_named
):
    client, url = client_named(reader_of(listed)), url_of(listed, things)
    found, nothing = (exported(client, f"{url}?q={text}&export=csv") for text in (search, "Zyx-9"))
    assert found == nothing


@every_list
@pytest.mark.parametrize(
    "query", ["nosuch=1", "sort=nosuch", "columns=nosuch", "page=nosuch", "export=exe", "view=nosuch"]
)
def test_what_a_list_does_not_know_is_refused_and_widens_nothing(listed, query, world, things, client_named):
    if query.startswith("view") and not listed.view.views:
        query = "nosuch=2"  # a list without views has no such parameter either
    response = client_named(reader_of(listed)).get(f"{url_of(listed, things)}?{query}")
    assert response.status_code == 400


@every_list
def test_a_page_beyond_the_last_one_is_a_page(listed, world, things, client_named):
    response = client_named(reader_of(listed)).get(f"{url_of(listed, things)}?page=9999")
    assert response.status_code in (200, 400)


def groupings(listed: Any) -> list[str]:
    """The columns by which a list can be grouped."""
    return [name for name, column in listed.view.table.columns.items() if column.group]


@pytest.mark.slow
@every_list
def test_groups_hold_every_row_once_and_cost_one_query_more(listed, world, things, client_named):
    client, url = client_named(reader_of(listed)), f"{url_of(listed, things)}?{everything(listed)}"
    grow(listed.name, world, things, 3)
    plain = queries_of(client, url)
    rows = len(exported(client, f"{url}&export=csv")) - 1
    for name in groupings(listed):
        html = client.get(f"{url}&group={name}").content.decode()
        counts = re.findall(r'data-fold>[^<]*</button> <span class="meta">(\d+) ', html)
        assert sum(map(int, counts)) == rows, name
        assert queries_of(client, f"{url}&group={name}") <= plain + 1, name


@every_list
def test_a_list_is_grouped_only_by_what_it_says(listed, world, things, client_named):
    response = client_named(reader_of(listed)).get(f"{url_of(listed, things)}?group=nosuch")
    assert response.status_code == 400


@every_list
def test_columns_come_in_the_order_of_the_address(listed, world, things, client_named):
    client, url = client_named(reader_of(listed)), url_of(listed, things)
    names = list(reversed(listed.view.table.default or listed.view.table.columns))
    usual, turned = (exported(client, f"{url}?{query}export=csv")[0] for query in ("", f"columns={','.join(names)}&"))
    assert turned == list(reversed(usual))


@pytest.mark.slow
@every_list
def test_workbook_and_paper_hold_the_rows_of_the_screen(listed, world, things, client_named):
    client, url = client_named(reader_of(listed)), f"{url_of(listed, things)}?{everything(listed)}"
    grow(listed.name, world, things, 3)
    shown = exported(client, f"{url}&export=csv")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{url}&export=xlsx").content))
    sheet, about = book.worksheets[0], book["About"]
    assert [cell.value for cell in sheet[1]] == shown[0]
    assert sheet.max_row == len(shown)
    assert (sheet.freeze_panes, bool(sheet.auto_filter.ref)) == ("B2", True)
    assert str(len(shown) - 1) in [str(row[1].value).replace(",", "") for row in about.iter_rows()]
    paper = client.get(f"{url}&export=pdf")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    words = "".join(Read(paper.content).text.split())
    assert all("".join(row[0].split())[:12] in words for row in shown[1:])


@every_list
def test_a_saved_view_of_a_list_leads_to_it(listed, world, things, client_named):
    reader = User.objects.get(username=world.users[reader_of(listed)].username)
    view = SavedView.objects.create(owner=reader, page=listed.name, name="Gone", query="columns=nosuch&colour=red")
    client, url = client_named(reader_of(listed)), url_of(listed, things)
    response = client.get(f"{url}?saved={view.pk}", follow=True)
    assert response.status_code == 200
    assert "“nosuch”, “colour”" in response.content.decode() or "“colour”, “nosuch”" in response.content.decode()
