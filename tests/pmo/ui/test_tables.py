"""Columns as data: one definition, several outputs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace as Row

import pytest

from pmo.kernel.errors import Invalid
from pmo.ui.tables import Badge, ColumnTotal, Date, Link, Money, Percent, Person, Rag, Strip, Table, Text

TRAM = Row(
    pk=1234, name="Tram <4>", code="P-1", manager=None, status="red", past=["green", "red"], finish=date(2028, 2, 15),
    budget=Decimal("96400000"), over=Decimal("0.088"), state="open", url="/projects/P-1/?a=1&b=2",
)  # fmt: skip
EXEMPT = Row(
    pk=2, name="Shadow", code="P-2", manager="Ann Lee", status="", past=[], finish=None, budget=None, over=None,
    state="shut", url="",
)  # fmt: skip


class Projects(Table):
    name = Link("name", "Project", sort="name", to="url", sub=lambda row: row.code)
    manager = Person("manager", "Manager", sort=("manager__last", "manager__first"))
    status = Rag("status", "Status", sort="severity")
    past = Strip("past", "Last reports")
    finish = Date("finish", "Finish", sort="finish")
    budget = Money("budget", "Budget", sort="budget", total=True, absent="exempt")
    over = Percent("over", "Over", tone=lambda fraction: "red" if fraction > Decimal("0.05") else "")
    state = Badge("state", "State", choices={"open": "Open", "shut": "Closed"})
    code = Text("code", "Code")
    default = ("name", "status", "budget")
    order = "-status"


def test_an_export_has_exact_values_and_the_reason_of_absence():
    table = Projects(tuple(Projects.columns))
    assert [[column.export(row) for column in table.shown] for row in (TRAM, EXEMPT)] == [
        [
            "Tram <4>",
            "",
            "Off track",
            "On track Off track",
            "2028-02-15",
            Decimal("96400000"),
            Decimal("0.088"),
            "Open",
            "P-1",
        ],
        ["Shadow", "Ann Lee", "Not reported", "", "", "exempt", "", "Closed", "P-2"],
    ]


def test_the_export_head_names_the_currency():
    assert Projects().export_head() == ["Project", "Status", "Budget (EUR)"]


def test_the_page_prints_scaled_money_and_escapes_text():
    body = Projects().body([TRAM])
    assert ">96.40</tr>" in body
    assert "Tram &lt;4&gt;" in body
    assert 'href="/projects/P-1/?a=1&amp;b=2"' in body


def test_a_missing_figure_is_a_word_not_a_zero():
    body = Projects().body([EXEMPT])
    assert "exempt" in body
    assert "0.00" not in body


def test_the_key_of_a_row_is_not_grouped_by_locale(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    assert 'value="1234"' in Projects().body([TRAM], pick=True)


def test_a_total_says_how_many_rows_it_counted():
    foot = Projects().foot({"budget": ColumnTotal(Decimal("373850000"), 23)}, 24)
    assert ">373.85<" in foot
    assert "23 of 24 counted" in foot


def test_a_complete_total_says_nothing_more():
    assert "counted" not in Projects().foot({"budget": ColumnTotal(Decimal(1), 24)}, 24)


def test_sorting_ends_with_the_key_and_puts_blanks_last():
    orders = Projects.ordering("-finish,name")
    assert [(order.expression.name, order.descending, order.nulls_last) for order in orders] == [
        ("finish", True, True),
        ("name", False, True),
        ("pk", False, None),
    ]


def test_the_table_says_what_it_is_sorted_by_at_first():
    assert Projects.ordering("")[0].expression.name == "severity"


@pytest.mark.parametrize("sort", ["password", "manager__password", "past", "-", "name;drop", "over"])
def test_only_declared_columns_sort(sort):
    with pytest.raises(Invalid) as caught:
        Projects.ordering(sort)
    assert list(caught.value.errors) == ["sort"]


def test_a_heading_offers_the_other_direction():
    first = {heading.column.name: heading for heading in Projects().headings("name")}
    assert (first["name"].direction, first["name"].next_sort) == ("ascending", "-name")
    assert (first["status"].direction, first["status"].next_sort) == ("", "status")


def test_columns_are_chosen_by_name_in_either_spelling():
    assert Projects.choosing(["name,code", "state"]).names == ("name", "code", "state")
    assert Projects.choosing([]).is_default


def test_an_unknown_column_is_refused():
    with pytest.raises(Invalid):
        Projects.choosing(["salary"])


def test_a_default_that_names_no_column_is_a_programming_error():
    with pytest.raises(TypeError):
        type("Wrong", (Table,), {"name": Text("name"), "default": ("nmae",)})


def test_money_in_another_currency_says_so():
    class Abroad(Table):
        name = Text("name")
        cost = Money("cost", "Cost", currency="currency")

    assert "£\u00a01.00" in Abroad().body([Row(name="x", cost=Decimal(1_000_000), currency="GBP")])


def test_a_long_reason_is_one_word_in_the_cell_and_told_in_full_to_who_points_or_exports():
    told = "Exempt under Section 26 of the Freedom of Information Act 2000"

    class Withheld(Table):
        name = Text("name")
        cost = Money("cost", "Cost", absent=lambda row: told)

    drawn = Withheld().body([Row(name="x", cost=None)])
    assert f'title="{told}"><span aria-hidden="true">exempt</span>' in drawn
    assert Withheld.columns["cost"].export(Row(name="x", cost=None)) == told
