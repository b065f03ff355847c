"""Readers choose how the house speaks, writes numbers and days, and looks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from pmo.access import preferences
from pmo.access.preferences import NBSP
from pmo.audit.models import Record
from pmo.ui import charts, formats

AMOUNT = Decimal("1234567.5")


@pytest.fixture
def written_as(cast, fresh):
    """Sets a preference of Alice and follows her."""

    def follow(**chosen):
        for name, value in chosen.items():
            setattr(cast.alice, name, value)
        return preferences.written_for(cast.alice)

    return follow


@pytest.mark.parametrize(
    ("language", "style", "number"),
    [
        ("en-gb", "", "1,234,567.5"),
        ("de", "", "1.234.567,5"),
        ("de", "point", "1,234,567.5"),
        ("en-gb", "comma", "1.234.567,5"),
        ("en-gb", "space", f"1{NBSP}234{NBSP}567,5"),
    ],
)
def test_numbers_are_written_as_chosen_otherwise_as_the_language_does(written_as, language, style, number):
    with translation.override(language), written_as(number_style=style):
        assert formats.number(AMOUNT, 1) == number


@pytest.mark.parametrize(
    ("language", "style", "day"),
    [
        ("en-gb", "", "5 Mar 2027"),
        ("en-us", "", "Mar 5, 2027"),
        ("de", "", "5. Mär 2027"),
        ("en-gb", "numeric", "05/03/2027"),
        ("de", "numeric", "05.03.2027"),
        ("de", "iso", "2027-03-05"),
    ],
)
def test_days_are_written_as_chosen_otherwise_as_the_language_does(written_as, language, style, day):
    with translation.override(language), written_as(date_style=style):
        assert formats.day(date(2027, 3, 5)) == day


def test_what_is_written_for_nobody_follows_the_language_alone(written_as):
    with written_as(number_style="comma", date_style="iso"), preferences.written_for(None):
        assert formats.number(AMOUNT, 1) == "1,234,567.5"
        assert formats.day(date(2027, 3, 5)) == "5 Mar 2027"


def test_a_drawing_in_another_language_is_another_drawing():
    spec = charts.lines([{"m": "2027-03-01", "v": 1, "s": "a"}], "m", "v", "s", unit="€")
    english = charts.written(spec)
    with translation.override("de"):
        german = charts.written(spec)
    assert charts.key_of(english) != charts.key_of(german)
    assert '"decimal": ","' in german


def test_a_choice_is_kept_with_a_record_and_followed_on_the_next_page(cast, client_of):
    alice = client_of(cast.alice)
    answer = alice.post(reverse("ui:preferences"), {"number_style": "comma", "date_style": "iso"})
    assert answer.status_code == 302
    kept = Record.objects.filter(object_type="access.user", object_id=cast.alice.pk).latest("pk")
    assert (kept.actor_id, kept.verb) == (cast.alice.pk, "user.edit")
    assert kept.changes == {"number_style": ["", "comma"], "date_style": ["", "iso"]}
    alice.get(reverse("ui:preferences"))
    assert formats.number(AMOUNT, 1) == "1.234.567,5"
    alice.logout()
    alice.get(reverse("account_login"))
    assert formats.number(AMOUNT, 1) == "1,234,567.5"


def test_the_same_choice_again_leaves_no_record(cast, client_of):
    alice = client_of(cast.alice)
    before = Record.objects.count()
    alice.post(reverse("ui:preferences"), {"theme": cast.alice.theme})
    assert Record.objects.count() == before


def test_a_zone_that_does_not_exist_is_refused_with_a_remedy(cast, client_of, fresh):
    answer = client_of(cast.alice).post(reverse("ui:preferences"), {"time_zone": "Atlantis/Capital"})
    assert answer.status_code == 422
    assert "Atlantis/Capital is no time zone; write it as in Europe/Berlin." in answer.content.decode()
    assert fresh(cast.alice).time_zone == ""


def test_programs_change_preferences_by_rest(cast, api_of, fresh):
    answer = api_of(cast.alice).patch("/api/v1/me/", {"language": "de", "number_style": "space"}, format="json")
    assert answer.status_code == 200, answer.json()
    assert answer.json()["preferences"] == {
        "language": "de",
        "time_zone": "",
        "number_style": "space",
        "date_style": "",
        "theme": "auto",
        "density": "comfortable",
    }
    assert fresh(cast.alice).language == "de"


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"language": "tlh"}, 422), ({"time_zone": "Nowhere"}, 422), ({"username": "root"}, 400)],
)
def test_preferences_that_do_not_exist_are_refused_by_rest(cast, api_of, fresh, sent, status):
    answer = api_of(cast.alice).patch("/api/v1/me/", sent, format="json")
    assert answer.status_code == status
    assert next(iter(sent)) in str(answer.json()["errors"])
    assert fresh(cast.alice).language == ""


def test_a_reading_token_changes_no_preferences(cast, api_of):
    answer = api_of(cast.alice, "read").patch("/api/v1/me/", {"theme": "dark"}, format="json")
    assert answer.status_code == 403
    assert "user.edit" in answer.json()["detail"]


def test_problems_speak_the_language_that_the_caller_accepts(cast, api_of):
    answer = api_of(cast.alice, "read").get("/api/v1/me/?nonsense=1", HTTP_ACCEPT_LANGUAGE="de")
    assert answer.status_code == 400
    assert answer["Content-Language"] == "de"
