"""An export is exact for machines and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmo.ui.exports import DANGEROUS, csv_lines, csv_response, neutral


def read(lines) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(lines), newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", " =1", "\n=1", "＝1"])
def test_text_that_a_spreadsheet_would_run_is_quoted(text):
    assert neutral(text) == f"'{text}"


def test_numbers_stay_numbers_even_when_negative():
    assert neutral(Decimal("-5.20")) == Decimal("-5.20")
    assert read(csv_lines(["a"], [[Decimal("-5.20")]]))[1] == ["-5.20"]


@given(st.text(max_size=40))
def test_no_text_leaves_with_a_dangerous_start(text):
    assert not str(neutral(text)).startswith(DANGEROUS)


@given(
    st.lists(
        st.text(st.characters(blacklist_characters="\r\n\x00", blacklist_categories=["Cs"])), min_size=2, max_size=4
    )
)
def test_every_text_comes_back_as_it_was_but_for_the_quote(cells):
    row = read(csv_lines([], [cells]))[-1]
    assert [cell.removeprefix("'") for cell in row] == [str(neutral(cell)).removeprefix("'") for cell in cells]


def test_the_byte_order_mark_is_there_only_when_asked():
    assert next(csv_lines(["a"], [], bom=True)) == "\ufeff"
    assert next(csv_lines(["a"], [])) == "a\r\n"


def test_rows_are_streamed_one_by_one():
    seen = []
    lines = csv_lines(["n"], (seen.append(n) or [n] for n in range(3)))
    assert next(lines) == "n\r\n"
    assert next(lines) == "0\r\n"
    assert seen == [0]


def test_the_file_is_named_by_list_and_day():
    response = csv_response("Risks & issues", ["a"], [], bom=False, day=date(2026, 11, 20))
    assert response["Content-Disposition"] == 'attachment; filename="risks-issues-2026-11-20.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
