"""The contract that every list keeps: filter, sort, page, columns, export, bulk, fragments."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django import forms
from django.db.models import Q
from django.urls import reverse

from pmo.access.models import Role
from pmo.kernel.errors import Broken, Refused
from pmo.organisation.models import Unit
from pmo.ui.filters import ChoiceFilter, FilterSet
from pmo.ui.pages import Bulk, ListPage, ListView
from pmo.ui.tables import Link, Number, Table, Text

RENAMED: list[tuple[int, str]] = []


class UnitTable(Table):
    name = Link("name", "Unit", sort="name", to=lambda unit: f"/units/{unit.code}/")
    code = Text("code", "Code", sort="code")
    version = Number("version", "Version", total=True)
    default = ("name", "version")
    order = "name"


class UnitFilters(FilterSet):
    search_fields = ("name", "code")
    version = ChoiceFilter(choices=[("1", "first"), ("2", "second")], label="Version")

    class Meta:
        model = Unit
        fields: list[str] = []


class WordForm(forms.Form):
    word = forms.CharField()


def rename(pk: int, *, actor: Any, word: str) -> None:
    if word == "bad":
        raise Broken("This word is not allowed.", "word")
    RENAMED.append((pk, word))


class Units(ListPage):
    may = "settings.view"
    title = "Units"
    queryset = Unit.objects.all()
    table, filters = UnitTable, UnitFilters
    views = [ListView("all", "All"), ListView("b", "With B", Q(code__startswith="B"))]
    bulk = [Bulk("settings.edit", "Rename", rename, form=WordForm)]
    export_may = "settings.view"
    empty = "No unit yet. Create the first one."


@pytest.fixture
def reader(holder):
    return holder("sys", "sysadmin")


@pytest.fixture
def units(db):
    return Unit.objects.bulk_create(
        Unit(code=f"{'AB'[n % 2]}{n:03}", name=f"Unit {n:03}", version=1 + n % 2) for n in range(120)
    )


def rows_of(response) -> list[str]:
    text = response.content.decode().split("<tbody", 1)[1].split("</tbody>")[0]
    return [part.split("</a>")[0].rsplit(">", 1)[1] for part in text.split("<tr>")[1:]]


def test_a_list_shows_fifty_rows_in_its_order(visit, reader, units):
    response = visit(Units, reader)
    assert response.status_code == 200
    assert rows_of(response) == [f"Unit {n:03}" for n in range(50)]
    assert "1 to 50 of 120" in response.content.decode()


def test_the_last_page_has_the_rest_and_a_page_beyond_is_the_last(visit, reader, units):
    assert len(rows_of(visit(Units, reader, "?page=3"))) == 20
    assert rows_of(visit(Units, reader, "?page=99")) == rows_of(visit(Units, reader, "?page=3"))


def test_sort_goes_both_ways_and_is_announced(visit, reader, units):
    response = visit(Units, reader, "?sort=-name")
    assert rows_of(response)[0] == "Unit 119"
    assert 'aria-sort="descending"' in response.content.decode()


def test_search_and_filter_narrow_together(visit, reader, units):
    assert rows_of(visit(Units, reader, "?q=unit+11&version=2")) == [
        f"Unit {n:03}" for n in (11, 111, 113, 115, 117, 119)
    ]


def test_a_view_is_a_cut_with_its_count(visit, reader, units):
    response = visit(Units, reader, "?view=b")
    assert rows_of(response)[:2] == ["Unit 001", "Unit 003"]
    assert 'With B <span class="num">60</span>' in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?colour=red",
        "?sort=password",
        "?columns=salary",
        "?page=x",
        "?page=-1",
        "?version=7",
        "?view=zz",
        "?export=exe",
        "?q=%00",
    ],
)
def test_what_the_list_does_not_know_is_a_clear_error(visit, reader, units, query):
    response = visit(Units, reader, query)
    assert response.status_code == 400
    assert "This list cannot be shown as asked" in response.content.decode()
    assert "Unit 001" not in response.content.decode()


def test_the_total_is_over_all_rows_not_over_the_page(visit, reader, units):
    assert '<tr class="total">' in visit(Units, reader).content.decode()
    assert ">180</td>" in visit(Units, reader).content.decode()


def test_an_export_has_every_row_of_the_filter_and_the_columns_shown(visit, reader, units):
    response = visit(Units, reader, "?q=unit&columns=code,name&export=csv&sort=-name")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode(), newline="")))
    assert rows[0] == ["Code", "Unit"]
    assert [row[1] for row in rows[1:]] == [f"Unit {n:03}" for n in reversed(range(120))]


def test_htmx_gets_the_results_alone_and_a_tidy_address(visit, reader, units):
    response = visit(
        Units, reader, "?q=unit&version=&sort=&page=1&view=all&columns=name&columns=version", target="results"
    )
    text = response.content.decode()
    assert "<html" not in text
    assert 'id="results"' in text
    assert response["HX-Push-Url"] == "/list/?q=unit"
    assert "HX-Request" in response["Vary"]


def test_the_number_of_queries_does_not_grow_with_the_rows(visit, reader, units, django_assert_num_queries):
    visit(Units, reader)
    Unit.objects.filter(pk__gt=units[1].pk).delete()
    with django_assert_num_queries(4):
        visit(Units, reader)
    Unit.objects.bulk_create(Unit(code=f"C{n}", name=f"C{n}") for n in range(40))
    with django_assert_num_queries(4):
        visit(Units, reader)


def test_an_empty_list_says_what_to_do(visit, reader, db):
    assert "No unit yet. Create the first one." in visit(Units, reader).content.decode()


def test_a_filter_without_hits_offers_to_clear_it(visit, reader, units):
    assert "Nothing matches these filters." in visit(Units, reader, "?q=zzz").content.decode()


def test_a_bulk_action_asks_for_its_input_first(visit, reader, units):
    response = visit(Units, reader, data={"bulk": "settings.edit", "selected": [units[0].pk, units[1].pk]})
    text = response.content.decode()
    assert response.status_code == 200
    assert "This changes 2 rows:" in text
    assert 'name="word"' in text


def test_a_bulk_action_runs_on_each_chosen_row(visit, reader, units):
    RENAMED.clear()
    chosen = [units[0].pk, units[1].pk]
    response = visit(Units, reader, data={"bulk": "settings.edit", "selected": chosen, "confirmed": 1, "word": "x"})
    assert (response.status_code, response["Location"]) == (302, "/list/")
    assert [(chosen[0], "x"), (chosen[1], "x")] == RENAMED


def test_a_bulk_input_that_is_missing_is_asked_again(visit, reader, units):
    data = {"bulk": "settings.edit", "selected": [units[0].pk], "confirmed": 1, "word": ""}
    assert visit(Units, reader, data=data).status_code == 422


def test_refused_rows_are_named_and_nothing_is_lost_silently(visit, reader, units):
    data = {"bulk": "settings.edit", "selected": [units[0].pk, "999999999"], "confirmed": 1, "word": "bad"}
    response = visit(Units, reader, data=data)
    told = " ".join(response.told)
    assert response.status_code == 302
    assert "Unit 000: This word is not allowed.; 999999999: This does not exist." in told


def test_a_bulk_action_without_the_permission_is_refused(visit, reader, units):
    Role.objects.get(code="sysadmin").permissions.filter(permission="settings.edit").delete()
    data = {"bulk": "settings.edit", "selected": [units[0].pk], "confirmed": 1, "word": "x"}
    assert visit(Units, reader, data=data).status_code == 400
    assert "name=selected" not in visit(Units, reader).content.decode()


def test_a_reader_without_the_permission_does_not_see_the_list(visit, holder, units):
    with pytest.raises(Refused):
        visit(Units, holder("nobody"))


def test_an_anonymous_reader_signs_in_first(client, reader):
    response = client.get(reverse("search:results"), {"q": "x"})
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next=/search/%3Fq%3Dx"
