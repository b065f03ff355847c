"""What is found, in which order, and by whom: the index and the rights together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pmo.search import queries
from pmo.ui.offers import SEARCH
from portfolio.projects.models import Project
from portfolio.status.models import StatusReport

pytestmark = pytest.mark.django_db


def test_the_exact_code_comes_first_then_beginnings_then_names_then_descriptions(found, cast, project):
    project("AP", "Zoo")
    project("AP-2", "Zebra house")
    project("X-1", "Ap Thomas road")
    project("X-2", "New apron")
    project("X-3", "An apron of old", state="closed")
    project("X-4", "Runway", description="With an apron for six machines")
    assert found(cast.director, "ap")["project"] == ["AP", "AP-2", "X-1", "X-2", "X-3", "X-4"]


def test_all_words_must_be_there_in_any_order_and_each_may_be_a_beginning(found, cast, project):
    project("A-1", "Renewal of the Skelder Bridge")
    project("A-2", "Skelder tunnel")
    assert found(cast.director, "bri skel")["project"] == ["A-1"]
    assert found(cast.director, "skelder boat") == {}


@pytest.mark.parametrize("typed", ["klaranlage", "Kläranlage", "KLÄRANLAGE", "Kla\u0308ranlage"])
def test_accents_and_capitals_make_no_difference(found, cast, project, typed):
    project("K-1", "Kläranlage Süd")
    assert found(cast.director, typed)["project"] == ["K-1"]


@pytest.mark.parametrize(("typed", "name"), [("deliveries", "Delivery of trains"), ("Brücken", "Neubau der Brücke")])
def test_english_and_german_words_are_found_in_other_forms(found, cast, project, typed, name):
    project("F-1", name)
    assert found(cast.director, typed)["project"] == ["F-1"]


@pytest.mark.parametrize("typed", ["apolo", "Appollo", "brigde apollo"])
def test_a_slip_of_the_finger_still_finds(found, cast, project, typed):
    project("A-11", "Apollo bridge")
    assert found(cast.director, typed)["project"] == ["A-11"]


def test_nothing_is_guessed_where_something_bears_the_name(found, cast, project):
    project("A-1", "Apollo")
    project("A-2", "Apolo")
    assert found(cast.director, "apolo")["project"] == ["A-2"]


def test_words_with_slashes_and_dashes_are_found_by_their_parts(found, cast, project):
    project("S-9", "Costs/benefits of e-mail")
    assert found(cast.director, "benefits mail")["project"] == ["S-9"]


def test_other_names_of_a_project_lead_to_it(found, cast, project):
    made = project("B-1", "Border post", short_name="Gatehouse", tags=["customs"])
    made.keys.create(source="register", key="GMPP-4711")
    assert found(cast.director, "gmpp-4711")["project"] == ["B-1"]
    assert found(cast.director, "gatehouse")["project"] == ["B-1"]
    assert found(cast.director, "customs")["project"] == ["B-1"]


def test_reports_are_found_by_what_is_written_newest_first(found, cast, project, report, world):
    road = project("R-1", "Ring road")
    old = report(road, "The asphalt is late", world.today - timedelta(days=90), 51)
    new = report(road, "Asphalt again", world.today - timedelta(days=30), 52)
    report(road, "Quiet", world.today - timedelta(days=10), 53)
    reader = cast.director
    hits = queries.best(reader, "asphalt", [SEARCH.find("report")], 10)[0].hits
    assert [match.object_id for _hit, match in hits] == [new.pk, old.pk]
    assert found(cast.director, "asphalt ring")["report"] == ["R-1", "R-1"]


def test_more_reports_than_the_newest_are_looked_through(found, cast, project, report, world, monkeypatch):
    monkeypatch.setattr(queries, "WINDOW", 2)
    monkeypatch.setattr(queries, "SIEVE", 1)
    road = project("R-1", "Ring road")
    for number in range(51, 57):
        report(road, "Gravel" if number == 56 else "Quiet", world.today - timedelta(days=number), number)
    assert found(cast.director, "gravel")["report"] == ["R-1"]
    assert found(cast.director, "ring", limit=6)["report"] == ["R-1"] * 6


def test_the_dimensions_decisions_and_steps_of_a_report_are_words_of_it(found, cast):
    assert found(cast.director, "steel late")["report"] == ["N-1"]
    assert set(found(cast.director, "lay deck")["report"]) == {"N-1", "S-1"}


# --- rights -----------------------------------------------------------------------------------------------------------
def test_what_is_hidden_is_not_found_not_guessed_and_not_counted(found, cast, fresh):
    for words in ("secret", "N-4", "secrit"):
        assert found(cast.director, words).get("project", []) == []
    assert found(cast.alice, "secret")["project"] == ["N-4"]
    director, alice = fresh(cast.director), fresh(cast.alice)
    assert queries.counts(director, "secret", SEARCH.for_user(director))["project"] == 0
    assert queries.counts(alice, "secret", SEARCH.for_user(alice))["project"] == 1


def test_those_who_see_a_part_find_in_it_only(found, cast):
    assert found(cast.bob, "bridge") == {}
    assert found(cast.executive, "harbour")["project"] == ["S-1"]
    assert found(cast.executive, "depot") == {}
    assert found(cast.stranger, "bridge") == {}


def test_a_draft_is_found_by_those_only_who_may_read_it(found, cast, report, world):
    draft = report(world.projects["N-1"], "Quicksand below the pier")
    StatusReport.objects.filter(pk=draft.pk).update(state="draft", published_at=None, published_by=None)
    assert found(cast.alice, "quicksand")["report"] == ["N-1"]
    assert found(cast.analyst, "quicksand")["report"] == ["N-1"]
    assert found(cast.member, "quicksand") == {}
    assert found(cast.executive, "quicksand") == {}


def test_people_are_found_by_those_who_see_accounts(found, cast):
    assert found(cast.sysadmin, "alice")["person"] == ["Alice Small"]
    assert "person" not in found(cast.alice, "alice")
    assert found(cast.sysadmin, "system").get("person", []) == ["Sysadmin Small"]


def test_the_system_itself_is_nobody_to_be_found(cast):
    assert queries.best(cast.sysadmin, "system", [SEARCH.find("person")], 10)[0].hits[0][0].title == "Sysadmin Small"


# --- at once ----------------------------------------------------------------------------------------------------------
def test_a_change_is_found_at_once_also_when_it_was_made_in_bulk_or_by_sql(found, cast, project):
    made = project("C-1", "Castle")
    assert found(cast.director, "castle")["project"] == ["C-1"]
    Project.objects.filter(pk=made.pk).update(name="Palace")
    assert found(cast.director, "palace")["project"] == ["C-1"]
    assert found(cast.director, "castle") == {}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portfolio_project SET name = 'Cottage' WHERE id = %s", [made.pk])
    assert found(cast.director, "cottage")["project"] == ["C-1"]
    made.delete()
    assert found(cast.director, "cottage") == {}


def test_a_project_that_is_renamed_takes_its_reports_along(found, cast, world):
    Project.objects.filter(code="N-1").update(name="Viaduct")
    assert found(cast.director, "viaduct")["report"] == ["N-1", "N-1"]
    assert "project" not in found(cast.director, "bridge")


def test_what_was_rolled_back_was_never_there(found, cast, project):
    mark = transaction.savepoint()
    project("C-1", "Castle")
    transaction.savepoint_rollback(mark)
    assert found(cast.director, "castle") == {}


# --- nothing breaks it ------------------------------------------------------------------------------------------------
NASTY = [
    "'",
    '"',
    "\\",
    "a' | b",
    "!apollo & (bridge | *)",
    "bridge:*",
    "<-> <2> ''::tsquery",
    "%s %(x)s {0}",
    "; DROP TABLE portfolio_project; --",
    "🙂 🏗️",
    "👩‍👩‍👧‍👦",
    "مشروع الجسر",
    "פרויקט",
    "项目 桥梁",
    "½ № ﬁ Ⅷ",
    "\u202ebridge\u202c",
    "a" * 200,
    "1e400 0x1f 1.2.3.4",
    "- -- ---",
    "_ __ _",
    "http://user:pass@host/path?x=1#y",
]


@pytest.mark.parametrize("words", NASTY)
def test_whatever_is_typed_finds_something_or_nothing(found, cast, words):
    assert isinstance(found(cast.director, words), dict)


def test_the_longest_report_can_be_written_and_found(found, cast, project, report):
    road = project("L-1", "Long road")
    words = " ".join(f"wörd{number}" for number in range(8000))
    made = report(road, words)
    StatusReport.objects.filter(pk=made.pk).update(
        overall_comment="ß" * 20_000,
        dimensions={name: {"comment": "🙂é " * 6000} for name in ("schedule", "cost", "scope", "risk", "quality")},
    )
    assert found(cast.director, "wörd17")["report"] == ["L-1"]


# --- cost -------------------------------------------------------------------------------------------------------------
def test_the_number_of_statements_does_not_grow_with_what_is_found(cast, fresh, project, report):
    def statements() -> int:
        reader = fresh(cast.director)
        sources = SEARCH.for_user(reader)
        with CaptureQueriesContext(connection) as asked:
            queries.best(reader, "garden", sources, 5)
        return len(asked)

    report(project("G-0", "Garden 0"), "Garden", number=1)
    few = statements()
    for number in range(1, 30):
        report(project(f"G-{number}", f"Garden {number}"), "Garden", number=number + 1)
    assert statements() <= few
