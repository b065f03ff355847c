"""What values and names of custom fields may be."""

from __future__ import annotations

from typing import Any

import pytest

from pmo.fields.rules import definitions as d
from pmo.fields.rules.definitions import BadValue, Definition, Option
from pmo.fields.rules.names import check_options, check_slug, option_slug, suggested
from pmo.fields.rules.values import convert, normalise, plain, typed

OPTIONS = (Option("own", "Own budget"), Option("grant", "State grant"), Option("loan", "Public loan", retired=True))


def field(type_: str, **more: Any) -> Definition:
    return Definition("value", type_, "Value", **more)


def code_of(call: Any) -> str:
    with pytest.raises(BadValue) as bad:
        call()
    return bad.value.code


@pytest.mark.parametrize(
    ("type_", "raw", "kept"),
    [
        (d.TEXT, "  a\tb \n c ", "a b c"),
        (d.TEXT, "<b>bold</b> & =1+1", "<b>bold</b> & =1+1"),
        (d.LONG_TEXT, " a\r\nb ", "a\nb"),
        (d.WHOLE, "12", 12),
        (d.WHOLE, "1,234,567", 1234567),
        (d.WHOLE, "\u22125", -5),
        (d.WHOLE, 12.0, 12),
        (d.DECIMAL, "1,200.50", "1200.5"),
        (d.DECIMAL, "-0.0", "0"),
        (d.DECIMAL, 2.5, "2.5"),
        (d.DECIMAL, "100", "100"),
        (d.DATE, "2027-02-28", "2027-02-28"),
        (d.YES_NO, "Yes", True),
        (d.YES_NO, False, False),
        (d.LINK, "https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
    ],
)
def test_a_value_is_kept_in_one_form(type_, raw, kept):
    found = normalise(field(type_), raw)
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize("raw", [None, "", "   ", []])
@pytest.mark.parametrize("type_", d.TYPES)
def test_nothing_is_nothing_whatever_the_type(type_, raw):
    assert normalise(field(type_, options=OPTIONS), raw) is None


@pytest.mark.parametrize(
    ("type_", "raw", "code"),
    [
        (d.TEXT, "x" * 301, "too_long"),
        (d.TEXT, "x" * 100_000, "too_long"),
        (d.LONG_TEXT, "x" * 20_001, "too_long"),
        (d.LONG_TEXT, "x" * 1_000_000, "too_long"),
        (d.TEXT, "a\x00b", "control"),
        (d.TEXT, "a\ud800b", "control"),
        (d.TEXT, {"a": 1}, "text"),
        (d.WHOLE, "1.5", "whole"),
        (d.WHOLE, "twelve", "number"),
        (d.WHOLE, True, "number"),
        (d.WHOLE, "1" + "0" * 15, "too_large"),
        (d.WHOLE, "9" * 5000, "number"),
        (d.WHOLE, float("nan"), "number"),
        (d.WHOLE, float("inf"), "number"),
        (d.DECIMAL, "1,5", "number"),
        (d.DECIMAL, "0.1234567", "places"),
        (d.DECIMAL, "1e5", "number"),
        (d.DECIMAL, "١٢", "number"),
        (d.DATE, "31.03.2027", "day"),
        (d.DATE, "2027-02-30", "day"),
        (d.DATE, "0001-01-01", "day"),
        (d.DATE, 20270331, "day"),
        (d.YES_NO, "perhaps", "yes_no"),
        (d.YES_NO, 1, "yes_no"),
        (d.LINK, "javascript:alert(1)", "link"),
        (d.LINK, "www.example.org", "link"),
        (d.LINK, "https://", "link"),
        (d.LINK, "https://[broken", "link"),
        (d.CHOICE, "nosuch", "choice"),
        (d.CHOICE, 3, "choice"),
        (d.CHOICE, "loan", "retired"),
        (d.CHOICES, ["own", "nosuch"], "choice"),
        (d.CHOICES, [["own"]], "choice"),
        (d.PERSON, "somebody", "person"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_rule(type_, raw, code):
    assert code_of(lambda: normalise(field(type_, options=OPTIONS), raw)) == code


def test_money_is_in_the_currency_of_its_field():
    money = field(d.MONEY, unit="EUR")
    assert normalise(money, "12.5") == "12.50"
    assert normalise(money, {"amount": "1000", "currency": "EUR"}) == "1000.00"
    assert code_of(lambda: normalise(money, {"amount": "1", "currency": "GBP"})) == "currency"
    assert code_of(lambda: normalise(money, {"amount": "1"})) == "money"
    assert code_of(lambda: normalise(money, "0.001")) == "places"


def test_an_option_is_known_by_its_name_or_its_label_and_kept_by_its_name():
    choice, choices = field(d.CHOICE, options=OPTIONS), field(d.CHOICES, options=OPTIONS)
    assert normalise(choice, "STATE GRANT") == "grant"
    assert normalise(choices, "State grant; Own budget; own") == ["own", "grant"]
    assert normalise(choices, "own, grant") == ["own", "grant"]
    assert normalise(choices, ["", "grant"]) == ["grant"]


def test_a_retired_option_stays_where_it_stands():
    assert normalise(field(d.CHOICE, options=OPTIONS), "loan", stored="loan") == "loan"
    assert normalise(field(d.CHOICES, options=OPTIONS), ["loan", "own"], stored=["loan"]) == ["own", "loan"]


@pytest.mark.parametrize(
    ("before", "after", "value", "converted"),
    [
        (d.TEXT, d.WHOLE, "12", 12),
        (d.TEXT, d.DATE, "2027-03-31", "2027-03-31"),
        (d.WHOLE, d.DECIMAL, 12, "12"),
        (d.WHOLE, d.TEXT, 12, "12"),
        (d.DECIMAL, d.WHOLE, "12", 12),
        (d.TEXT, d.CHOICE, "own budget", "own"),
        (d.CHOICE, d.TEXT, "grant", "State grant"),
        (d.CHOICE, d.CHOICES, "loan", ["loan"]),
        (d.CHOICES, d.TEXT, ["own", "grant"], "Own budget; State grant"),
        (d.YES_NO, d.TEXT, True, "yes"),
        (d.TEXT, d.LONG_TEXT, "a", "a"),
    ],
)
def test_a_value_converts_to_another_type(before, after, value, converted):
    old, new = field(before, options=OPTIONS), field(after, options=OPTIONS)
    stored = "loan" if after == d.CHOICES else None
    if stored:
        new = field(after, options=tuple(Option(each.slug, each.label) for each in OPTIONS))
    assert convert(old, new, value) == converted


@pytest.mark.parametrize(
    ("before", "after", "value"),
    [(d.TEXT, d.WHOLE, "a dozen"), (d.DECIMAL, d.WHOLE, "1.5"), (d.PERSON, d.TEXT, 7), (d.TEXT, d.PERSON, "bob")],
)
def test_what_does_not_convert_says_so(before, after, value):
    with pytest.raises(BadValue):
        convert(field(before), field(after), value)


def test_a_value_of_another_type_than_the_field_has_now_reads_as_none():
    assert typed(field(d.DATE), "not a day") is None
    assert typed(field(d.DECIMAL), "twelve") is None
    assert typed(field(d.WHOLE), "12") is None
    assert typed(field(d.PERSON), "bob") is None
    assert plain(field(d.CHOICE, options=OPTIONS), "gone") == "gone"


@pytest.mark.parametrize("slug", ["Funding", "1st", "a__b", "_a", "a_", "a-b", "ä", "a" * 41, "", "a b", "a\n"])
def test_a_name_is_a_word_of_addresses(slug):
    assert code_of(lambda: check_slug(slug, d.TEXT, taken=(), others=())) == "slug"


@pytest.mark.parametrize("slug", ["q", "sort", "page", "columns", "export", "as_of", "custom", "contains", "gte"])
def test_words_with_a_meaning_of_their_own_are_no_names(slug):
    assert code_of(lambda: check_slug(slug, d.TEXT, taken=(), others=())) == "slug_reserved"


def test_a_name_clashes_also_by_the_ends_of_its_range():
    assert code_of(lambda: check_slug("cost", d.WHOLE, taken={"cost_min"}, others=())) == "slug_reserved"
    assert code_of(lambda: check_slug("cost", d.WHOLE, taken=(), others={"cost_max"})) == "slug_taken"
    assert check_slug("cost", d.TEXT, taken={"cost_min"}, others={"cost_max"}) is None


def test_names_are_made_out_of_labels():
    assert suggested("Förderung, bewilligt (EUR)") == "forderung_bewilligt_eur"
    assert option_slug("None", {"x"}) == "option_none"
    assert option_slug("日本", {"option"}) == "option_2"
    assert option_slug("Grant", {"grant", "grant_2"}) == "grant_3"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], "options_none"),
        ([Option("a", "")], "option_label"),
        ([Option("a", "A"), Option("b", "a")], "option_twice"),
        ([Option(f"o{n}", f"O {n}") for n in range(201)], "options_many"),
    ],
)
def test_choices_are_some_and_each_has_a_name_of_its_own(options, code):
    assert code_of(lambda: check_options(options)) == code
