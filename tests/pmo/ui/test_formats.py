"""How dates, numbers and money are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from pmo.ui import formats

NBSP = formats.NBSP


@pytest.mark.parametrize(
    ("amount", "scale", "written"),
    [
        (Decimal("3200000"), None, f"€{NBSP}3.20{NBSP}m"),
        (Decimal("-620000"), None, f"−{NBSP}€{NBSP}0.62{NBSP}m"),
        (Decimal("1830"), None, f"€{NBSP}1,830"),
        (Decimal("2500000000"), None, f"€{NBSP}2.50{NBSP}bn"),
        (Decimal("1234567"), "k", f"€{NBSP}1,234.6{NBSP}k"),
        (Decimal("0"), None, f"€{NBSP}0"),
    ],
)
def test_money_names_its_currency_and_scale(amount, scale, written):
    assert formats.money(amount, "EUR", scale) == written


def test_an_unknown_currency_is_named_by_its_code():
    assert formats.money(Decimal(5), "CHF") == f"CHF{NBSP}5"


def test_half_a_unit_is_rounded_away_from_zero():
    assert formats.number(Decimal("2.345"), 2) == "2.35"
    assert formats.number(Decimal("-2.345"), 2) == "−2.35"


def test_a_sign_is_shown_only_when_asked_and_never_for_zero():
    assert formats.number(5, sign=True) == "+5"
    assert formats.number(0, sign=True) == "0"
    assert formats.number(5) == "5"


def test_german_readers_get_german_numbers_and_months():
    with translation.override("de"):
        assert formats.number(Decimal("1234567.5"), 1) == "1.234.567,5"
        assert formats.day(date(2027, 3, 5)) == "5. Mär 2027"


def test_a_date_may_be_written_in_iso():
    assert formats.day(date(2027, 3, 5), formats.ISO_DATE) == "2027-03-05"


def test_per_cent_comes_from_a_fraction():
    assert formats.percent(Decimal("0.058"), sign=True) == f"+5.8{NBSP}%"


@pytest.mark.parametrize(
    ("target", "words"),
    [(date(2026, 11, 23), "today"), (date(2026, 11, 24), "in 1 day"), (date(2026, 11, 20), "3 days overdue")],
)
def test_a_due_date_is_told_in_words(target, words):
    assert formats.distance(target, today=date(2026, 11, 23)) == words


def test_what_is_missing_is_never_written_as_zero():
    assert (formats.money(None), formats.number(None), formats.percent(None), formats.day(None)) == ("", "", "", "")
