"""Selectors never print everything, and read what people type."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError

from pmo.access.models import User
from pmo.organisation.models import Unit
from pmo.ui.widgets import PickField, code_in, named


class Choosing(forms.Form):
    unit = PickField(Unit.objects.all(), source="person", key="code", required=False)


@pytest.fixture
def units(db):
    return Unit.objects.bulk_create(Unit(code=f"U{n:04}", name=f"Unit {n}") for n in range(300))


def test_a_selector_prints_no_option(units, django_assert_num_queries):
    with django_assert_num_queries(0):
        text = str(Choosing()["unit"])
    assert "U0001" not in text
    assert 'list="id_unit_options"' in text
    assert 'hx-get="/pick/person/"' in text


@pytest.mark.parametrize("typed", ["U0007", "u0007", " U0007 ", "U0007 · Unit 7", "U0007 · anything"])
def test_a_code_is_read_in_any_spelling(units, typed):
    form = Choosing({"unit": typed})
    assert form.is_valid()
    assert form.cleaned_data["unit"] == units[7]


@pytest.mark.parametrize("typed", ["U9999", "Unit 7", "7", "U0007\x00", "x" * 5000])
def test_what_is_not_known_is_told_and_kept(units, typed):
    form = Choosing({"unit": typed})
    assert not form.is_valid()
    assert "is not known" in form.errors["unit"][0]
    assert form["unit"].value() == typed


def test_what_is_chosen_is_shown_with_its_name(units):
    assert 'value="U0007 · Unit 7"' in str(Choosing(initial={"unit": units[7]})["unit"])
    assert 'value="U0007 · Unit 7"' in str(Choosing(initial={"unit": units[7].pk})["unit"])


def test_sending_back_what_was_shown_changes_nothing(units):
    assert Choosing({"unit": "U0007 · Unit 7"}, initial={"unit": units[7].pk}).changed_data == []
    assert Choosing({"unit": "U0008"}, initial={"unit": units[7].pk}).changed_data == ["unit"]
    assert Choosing({"unit": ""}, initial={"unit": units[7].pk}).changed_data == ["unit"]


def test_a_code_is_not_written_twice():
    assert named("PRJ-1", "PRJ-1 Tram line") == "PRJ-1 · Tram line"
    assert code_in("PRJ-1 · Tram line") == "PRJ-1"
    assert code_in(None) == ""


def people_field() -> PickField:
    return PickField(User.objects.people(), source="person", key="username", names=User.NAMES)


@pytest.mark.django_db
def test_a_part_of_a_name_that_fits_one_person_is_enough(cast):
    cast.alice.last_name = "Fenwright-Unique"
    cast.alice.save(update_fields=["last_name"])
    assert people_field().clean("wright-uni") == cast.alice


@pytest.mark.django_db
def test_a_part_of_a_name_that_fits_two_people_is_refused(cast):
    for person in (cast.alice, cast.bob):
        person.last_name = "Castellan-Twice"
        person.save(update_fields=["last_name"])
    with pytest.raises(ValidationError):
        people_field().clean("castellan-twice")


@pytest.mark.django_db
def test_an_exact_code_wins_over_parts_of_other_names(cast):
    cast.alice.last_name = f"{cast.bob.username}son"
    cast.alice.save(update_fields=["last_name"])
    assert people_field().clean(cast.bob.username) == cast.bob
