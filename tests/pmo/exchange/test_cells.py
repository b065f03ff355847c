"""Dates, amounts, ratings and text are read when there is one way to read them, and refused with a remedy otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pmo.exchange.rules.amounts import COMMA, MILLION, Amount, decimal_style, read_amount
from pmo.exchange.rules.amounts import MIXED as MIXED_DECIMALS
from pmo.exchange.rules.cells import Absent, is_formula, read_line, read_text
from pmo.exchange.rules.dates import DAY_FIRST, MIXED, MONTH_FIRST, day_order, read_date
from pmo.exchange.rules.limits import BadCell
from pmo.exchange.rules.ratings import read_rating

TODAY = date(2019, 7, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-04-01", date(2024, 4, 1)),
        ("2016-05-25 17:00:00", date(2016, 5, 25)),
        ("2019-11-07T00:00:00", date(2019, 11, 7)),
        ("20190331", date(2019, 3, 31)),
        ("30.06.08", date(2008, 6, 30)),
        ("31.12.40", date(2040, 12, 31)),
        ("31.12.79", date(2079, 12, 31)),
        ("17.03.97", date(1997, 3, 17)),
        ("25/12/2014", date(2014, 12, 25)),
        ("30/03/2016 5:00:00 PM", date(2016, 3, 30)),
        ("20.05.2020", date(2020, 5, 20)),
        ("1 April 2024", date(2024, 4, 1)),
        ("1st of April, 2024", date(2024, 4, 1)),
        ("01-Sep-24", date(2024, 9, 1)),
        ("April 1, 2024", date(2024, 4, 1)),
        ("05/05/2024", date(2024, 5, 5)),
        ("43831", date(2020, 1, 1)),
    ],
)
def test_a_date_is_read_however_it_is_written(text: str, expected: date) -> None:
    assert read_date(text, order="", today=TODAY) == expected


def test_the_other_dates_of_a_column_tell_which_number_is_the_day() -> None:
    assert day_order(["03/04/2020", "25/12/2020"]) == DAY_FIRST
    assert day_order(["03/04/2020", "12/25/2020", "n/a"]) == MONTH_FIRST
    assert day_order(["12/25/2020", "25/12/2020"]) == MIXED
    assert day_order(["03/04/2020", ""]) == ""
    assert read_date("03/04/2020", order=DAY_FIRST, today=TODAY) == date(2020, 4, 3)
    assert read_date("03/04/2020", order=MONTH_FIRST, today=TODAY) == date(2020, 3, 4)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("03/04/2020", "The date “03/04/2020” is ambiguous: either number may be the day."),
        ("31.02.2020", "The date “31.02.2020” does not exist."),
        ("2020-13-01", "The date “2020-13-01” does not exist."),
        ("2019-Q3", "“2019-Q3” is not a date."),
        ("07. Sep", "“07. Sep” is not a date."),
        ("0020-01-01", "The year of “0020-01-01” is out of reach."),
    ],
)
def test_a_date_that_cannot_be_told_is_refused_with_a_remedy(text: str, reason: str) -> None:
    with pytest.raises(BadCell) as refused:
        read_date(text, order="", today=TODAY)
    assert str(refused.value.reason) == reason
    assert str(refused.value.remedy) == "Write it as year-month-day, such as 2026-03-31."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "blank"),
        ("Exempt under Section 43 of the Freedom of Information Act 2000 (Commercial Interests)", "exempt"),
        ("Data exempt under Section 35", "exempt"),
        ("TBD", "to_be_confirmed"),
        ("To be confirmed", "to_be_confirmed"),
        ("Reset", "to_be_confirmed"),
        ("#N/A", "not_provided"),
        ("n/a", "not_provided"),
        ("No DCA", "not_provided"),
        ("Data Not Provided", "not_provided"),
        ("The project is not in a position to provide this information", "not_provided"),
    ],
)
def test_an_absent_figure_keeps_its_kind_and_its_words(text: str, kind: str) -> None:
    assert read_amount(text) == Absent(kind, text)
    assert read_date(text, order="", today=TODAY) == Absent(kind, text)


@pytest.mark.parametrize(
    ("text", "value", "scale", "currency"),
    [
        ("450.37", "450.37", None, ""),
        ("£1.90m", "1900000", MILLION, "GBP"),
        ("-£120.11m", "-120110000", MILLION, "GBP"),
        ("£12,131.50", "12131.50", None, "GBP"),
        ("£-12", "-12", None, "GBP"),
        ("1.234,56 €", "1234.56", None, "EUR"),
        ("1 234,5", "1234.5", None, ""),
        ("12'345.60 CHF", "12345.60", None, "CHF"),
        ("(12.5)", "-12.5", None, ""),
        ("−7", "-7", None, ""),
        ("1,234", "1234", None, ""),
        ("1,234,567", "1234567", None, ""),
        ("1.234.567", "1234567", None, ""),
        ("$2.5bn", "2500000000.0", MILLION * 1000, "USD"),
        ("0", "0", None, ""),
    ],
)
def test_an_amount_is_read_however_it_is_written(text: str, value: str, scale: Decimal | None, currency: str) -> None:
    assert read_amount(text) == Amount(Decimal(value), scale, currency)


def test_the_other_amounts_of_a_column_tell_how_decimals_are_written() -> None:
    assert decimal_style(["1.234", "12,5"]) == COMMA
    assert read_amount("1.234", style=COMMA) == Amount(Decimal(1234))
    assert read_amount("1,234", style=COMMA) == Amount(Decimal("1.234"))
    assert decimal_style(["12,5", "12.5"]) == MIXED_DECIMALS


@pytest.mark.parametrize("text", ["07. Sep", "12 apples", "1.2.3", "(5", "12%", "1e9", "9" * 30])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="is not an amount"):
        read_amount(text)


def test_a_number_that_may_be_read_two_ways_is_refused_when_the_file_mixes_both() -> None:
    with pytest.raises(BadCell, match="“1,234” is ambiguous"):
        read_amount("1,234", style=MIXED_DECIMALS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Amber", "amber"),
        ("Amber ", "amber"),
        ("Amber/ Red", "amber_red"),
        ("Amber/red", "amber_red"),
        ("Red-Amber", "amber_red"),
        ("AMBER GREEN", "amber_green"),
        ("green", "green"),
        ("R", "red"),
    ],
)
def test_a_rating_is_read_as_published(text: str, value: str) -> None:
    assert read_rating(text) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Exempt under Section 26 of the Freedom of Information Act 2000 (Defence)", "exempt"),
        ("No DCA", "not_provided"),
        ("Reset", "to_be_confirmed"),
        ("", "blank"),
        ("Legal sensitivity prevented a complete assessment.", "not_provided"),
    ],
)
def test_a_missing_rating_is_never_a_colour(text: str, kind: str) -> None:
    assert read_rating(text) == Absent(kind, text)


@pytest.mark.parametrize(
    "text", ["=1+1", "=HYPERLINK(A1)", "=cmd|' /C calc'!A0", "+SUM(A1)", "@SUM(1)", "-cmd|'/c'!A1", "+A1+B2", "\t=1+1"]
)
def test_a_formula_is_refused_and_named(text: str) -> None:
    assert is_formula(text)
    with pytest.raises(BadCell, match="is a formula; formulas are never evaluated"):
        read_text(text)


@pytest.mark.parametrize(
    "text", ["- declared ready", "-24% in the second quarter", "-£120.11m", "-12", "@director agreed", "+5"]
)
def test_text_that_only_begins_like_a_formula_is_kept(text: str) -> None:
    assert read_text(text) == text


def test_an_apostrophe_that_marks_text_is_taken_off() -> None:
    assert read_text("'=1+1") == "=1+1"
    assert read_text("'Tis the season") == "'Tis the season"


def test_control_characters_are_refused_by_their_code() -> None:
    with pytest.raises(BadCell, match=r"control character \(U\+0000\)"):
        read_text("Bridge\x00")


def test_a_cell_of_one_hundred_thousand_characters_is_the_longest_read() -> None:
    assert len(read_text("x" * 100_000)) == 100_000
    with pytest.raises(BadCell, match="holds 100001 characters; at most 100000 are read"):
        read_text("x" * 100_001)


def test_markup_stays_text_and_a_name_becomes_one_line() -> None:
    assert read_text("<script>alert(1)</script>") == "<script>alert(1)</script>"
    assert read_line(" High\u00a0Speed\n Rail ", most=100) == "High Speed Rail"
