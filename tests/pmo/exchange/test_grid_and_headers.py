"""Delimiters, quotes, blank edges, limits and headers, upright and transposed."""

from __future__ import annotations

import pytest

from pmo.exchange.rules.grid import read_grid, sniff_delimiter
from pmo.exchange.rules.headers import Column, arrange, normalised
from pmo.exchange.rules.limits import Limits, Unreadable

COLUMNS = (
    Column("name", "Name", ("project name", "project_name"), required=True),
    Column("rating", "Rating", ("IPA delivery confidence assessment",), (r"\brag rating\b",)),
    Column("cost", "Whole-life cost", patterns=(r"\bwhole life cost",)),
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_even_rows_even_when_text_holds_others(delimiter: str) -> None:
    rows = [["name", "note"], ["A", '"one; two, three|four"'], ["B", '"a line\nand another, with; more"']]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert sniff_delimiter(text) == delimiter
    assert [record.cells[0] for record in read_grid(text).records] == ["name", "A", "B"]


def test_a_record_knows_the_line_it_starts_on() -> None:
    grid = read_grid('name,note\nA,"one\ntwo\nthree"\nB,x\n')
    assert [record.line for record in grid.records] == [1, 2, 5]


def test_blank_trailing_rows_and_columns_are_dropped() -> None:
    grid = read_grid("name,note,,\nA,,,\n,,,\n,,,\n")
    assert [record.cells for record in grid.records] == [("name", "note"), ("A",)]


def test_a_quotation_mark_that_never_closes_is_refused_with_its_line() -> None:
    with pytest.raises(Unreadable, match="opens in the row of line 3 is never closed"):
        read_grid('name,note\nA,x\n"B,y\nC,z\n')


def test_a_stray_quotation_mark_inside_text_is_kept() -> None:
    assert read_grid('name,note\n"A" team,x\n').records[1].cells == ("A team", "x")


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("a,b\n1,2\n3,4\n5,6\n", Limits(rows=3)),
        ("a,b,c\n1,2,3\n", Limits(columns=2)),
        ("a,b\n1,2\n3,4\n", Limits(cells=5)),
        ("a" + "," * 300_000, Limits()),
    ],
)
def test_a_file_that_holds_too_much_is_refused_before_it_is_kept(text: str, limits: Limits) -> None:
    with pytest.raises(Unreadable, match="holds more than is read at once"):
        read_grid(text, limits)


def test_blank_cells_and_rows_do_not_count_against_the_limits() -> None:
    grid = read_grid("a,b" + "," * 5000 + "\n" + "\n" * 5000 + "1,2,,,\n", Limits(rows=2, columns=2, cells=4))
    assert [record.cells for record in grid.records] == [("a", "b"), ("1", "2")]


def test_headers_are_known_in_any_order_with_repeated_and_unknown_ones_listed() -> None:
    table = arrange(read_grid("Shoe size,RAG rating,Project  Name,RAG rating,\n42,Amber,Bridge,Red,lost\n"), COLUMNS)
    assert table.headers.positions == {"rating": (1, 3), "name": (2,)}
    assert table.headers.duplicates == ("RAG rating",)
    assert table.headers.unknown == ("Shoe size", "column 5, without a header")
    assert table.rows[0].get("name") == "Bridge"
    assert table.rows[0].all("rating") == ("Amber", "Red")


def test_a_transposed_file_is_read_one_project_a_column() -> None:
    table = arrange(
        read_grid("Project name,Bridge,Tunnel,\nRAG rating,Amber,Red,\nWhole life costs (£m),1,2,\n"), COLUMNS
    )
    assert table.transposed
    assert [(row.line, row.get("name"), row.get("rating"), row.get("cost")) for row in table.rows] == [
        (2, "Bridge", "Amber", "1"),
        (3, "Tunnel", "Red", "2"),
    ]


def test_title_rows_above_the_headers_are_skipped() -> None:
    table = arrange(read_grid("Portfolio 2026,,\n,,\nName,Rating,\nBridge,Amber,\n"), COLUMNS)
    assert [(row.line, row.get("name")) for row in table.rows] == [(4, "Bridge")]


def test_a_header_keeps_its_wording_but_not_its_bracketed_explanation() -> None:
    assert normalised("MPA RAG rating\n(A Delivery Confidence Assessment, five-point)") == "mpa rag rating"


def test_a_missing_required_header_is_named() -> None:
    assert arrange(read_grid("rating,cost\nAmber,1\n"), COLUMNS).headers.missing == ("name",)


def test_a_file_without_any_known_header_is_refused_and_told_what_is_expected() -> None:
    with pytest.raises(Unreadable) as refused:
        arrange(read_grid("foo,bar\n1,2\n"), COLUMNS)
    assert str(refused.value.reason) == "No known header was found; the file begins with: foo, bar."
    assert "at least: Name" in str(refused.value.remedy)


def test_a_cell_that_spilled_over_the_headers_is_counted() -> None:
    assert arrange(read_grid("name,rating\nBridge,Amber,spilled\n"), COLUMNS).rows[0].surplus == 1
