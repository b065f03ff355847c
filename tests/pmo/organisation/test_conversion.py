"""Amounts in other currencies are converted at a stated rate of a stated day, or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from pmo.audit.models import Record
from pmo.kernel.errors import Broken, Invalid
from pmo.organisation import rating
from pmo.organisation.conversion import convert, rate
from pmo.organisation.models import ExchangeRate, Organisation

DAY = date(2027, 3, 31)


def enter(cast, base, quote, on, value):
    return rating.enter_rate(base=base, quote=quote, valid_on=on, rate=Decimal(value), actor=cast.sysadmin)


def test_the_latest_rate_up_to_the_day_is_in_force(cast):
    enter(cast, "USD", "EUR", date(2027, 1, 1), "0.9")
    enter(cast, "USD", "EUR", date(2027, 3, 1), "0.92")
    enter(cast, "USD", "EUR", date(2027, 4, 1), "0.95")
    amount, used = convert(Decimal("1000"), "USD", "EUR", DAY)
    assert (amount, used.on, used.pairs) == (Decimal("920.00"), date(2027, 3, 1), ("USD/EUR",))


def test_a_rate_is_turned_round_when_only_the_other_way_is_known(cast):
    enter(cast, "EUR", "USD", date(2027, 1, 1), "1.25")
    assert convert(Decimal("100"), "USD", "EUR", DAY)[0] == Decimal("80.00")


def test_two_foreign_currencies_meet_in_the_organisations_own(cast):
    home = Organisation.current().currency
    enter(cast, "USD", home, date(2027, 1, 1), "0.9")
    enter(cast, "CHF", home, date(2027, 2, 1), "1.2")
    used = rate("USD", "CHF", DAY)
    assert (used.factor, used.on) == (Decimal("0.9") * (1 / Decimal("1.2")), date(2027, 1, 1))
    assert used.pairs == (f"USD/{home}", f"CHF/{home}")


def test_without_a_rate_nothing_is_converted_in_silence(cast):
    enter(cast, "USD", "EUR", date(2027, 4, 1), "0.9")
    with pytest.raises(Broken, match="No rate leads from USD to EUR on 31 Mar 2027"):
        rate("USD", "EUR", DAY)
    assert rate("EUR", "EUR", DAY).factor == 1


def test_pasted_lines_are_entered_all_or_none(cast):
    enter(cast, "USD", "EUR", DAY, "0.9")
    text = "Day;From;To;Rate;Source\n2027-03-31;USD;EUR;0,91;ECB\n30.04.2027;gbp;EUR;1,15;ECB\n"
    assert rating.import_rates(text, actor=cast.sysadmin) == (1, 1)
    assert list(ExchangeRate.objects.order_by("base").values_list("base", "rate")) == [
        ("GBP", Decimal("1.15")),
        ("USD", Decimal("0.91")),
    ]
    with pytest.raises(Invalid) as refused:
        rating.import_rates("2027-05-01;USD;EUR;0.9\n2027-13-01;USD;EUR;0.9\n2027-05-01;US;EUR;x", actor=cast.sysadmin)
    assert refused.value.errors["rows"] == [
        "Line 2: “2027-13-01” is no day; write it as in 2027-03-31 or 31.03.2027.",
        "Line 3: “US” is no currency; write three letters such as EUR.",
    ]
    assert ExchangeRate.objects.count() == 2


def test_the_page_keeps_what_was_typed_and_programs_ask_for_the_rate(cast, client_of, api_of):
    admin = client_of(cast.sysadmin)
    answer = admin.post(reverse("console:rate_paste"), {"rows": "nonsense 1"})
    assert answer.status_code == 422
    assert "nonsense 1" in answer.content.decode()
    made = api_of(cast.sysadmin).post(
        "/api/v1/rates/", {"base": "USD", "quote": "EUR", "valid_on": "2027-03-01", "rate": "0.9"}, format="json"
    )
    assert made.status_code == 201, made.json()
    found = api_of(cast.alice).get("/api/v1/conversion/?source=USD&target=EUR&on=2027-03-31")
    assert found.json()["factor"] == "0.900000000000"
    assert found.json()["valid_on"] == "2027-03-01"
    assert api_of(cast.alice).get("/api/v1/conversion/?source=XXX&target=EUR").status_code == 422
    assert Record.objects.filter(object_type="organisation.exchangerate", actor=cast.sysadmin).count() == 1
