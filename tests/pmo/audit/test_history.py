"""Histories in sentences, plain edits with their version, and the past as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from pmo.audit.as_of import as_of, rows_as_of
from pmo.audit.edit import edit
from pmo.audit.history import history_of
from pmo.audit.models import Record
from pmo.kernel.errors import Invalid, NotVisible, Refused, Stale
from portfolio.projects.models import Project
from portfolio.status import actions as status

pytestmark = pytest.mark.django_db


def sentences(project: Project) -> list[str]:
    return [change.sentence for change in history_of([project])[0].changes]


def test_a_history_reads_like_sentences_with_names_and_choices(world, cast):
    project = world.projects["N-1"]
    changes = {"manager": cast.bob, "phase": "close", "finish_forecast": date(2031, 5, 1), "budget": None}
    edit(project, changes, actor=cast.portfolio, version=project.version)
    assert sentences(project) == [
        "Project manager changed from Alice Small to Bob Small",
        "Phase changed from Deliver to Close",
        f"Finish, forecast changed from 30 Jun {world.today.year + 1} to 1 May 2031",
        "Budget of the year cleared, was 1,000,000.00",
    ]


def test_the_first_happening_is_the_creation(world):
    happening = history_of([world.projects["N-2"]])[-1]
    assert (happening.actor, happening.what, happening.changes) == ("System", "created this project", ())


def test_a_history_takes_the_same_queries_for_few_and_many_happenings(world, cast, django_assert_max_num_queries):
    project = world.projects["N-1"]
    for number in range(12):
        edit(project, {"category": f"C{number}"}, actor=cast.alice, version=None)
    with django_assert_max_num_queries(8):
        assert len(history_of([project], limit=10)) == 10


def test_an_edit_raises_the_version_and_keeps_both_values(world, cast):
    project = world.projects["N-1"]
    changed = edit(project, {"budget": Decimal("2.50")}, actor=cast.alice, version=project.version)
    assert changed.version == project.version + 1
    assert Record.objects.latest("id").changes == {"budget": ["1000000.00", "2.50"]}


def test_an_edit_of_what_was_read_before_another_edit_is_stale(world, cast):
    project = world.projects["N-1"]
    edit(project, {"name": "One"}, actor=cast.alice, version=project.version)
    with pytest.raises(Stale) as conflict:
        edit(project, {"name": "Two"}, actor=cast.portfolio, version=project.version)
    assert conflict.value.current.name == "One"


def test_an_edit_asks_for_the_right_after_locking_and_before_writing(world, cast):
    with pytest.raises(Refused):
        edit(world.projects["N-1"], {"name": "X"}, actor=cast.member, version=None)
    with pytest.raises(NotVisible):
        edit(world.projects["N-1"], {"name": "X"}, actor=cast.bob, version=None)
    assert Project.objects.get(code="N-1").name == "Bridge"


def test_an_edit_meets_the_rules_of_the_form_and_names_the_field(world, cast):
    with pytest.raises(Invalid) as refusal:
        edit(world.projects["N-1"], {"name": "", "currency": "euro"}, actor=cast.alice, version=None)
    assert sorted(refusal.value.errors) == ["currency", "name"]


@pytest.mark.django_db(transaction=True)
def test_the_past_is_read_as_it_was(world, cast):
    """Transactional, because all rows of one transaction carry its one instant."""
    project = world.projects["N-1"]
    before = timezone.now()
    edit(project, {"name": "Renamed"}, actor=cast.alice, version=None)
    between = timezone.now()
    Project.objects.filter(code="S-2").delete()
    assert as_of(project, before).name == "Bridge"
    assert as_of(project, between).name == "Renamed"
    assert as_of(project, before.replace(year=2000)) is None
    ids = [world.projects[code].pk for code in ("N-1", "S-2")]
    assert {row.name for row in rows_as_of(Project, between, ids)} == {"Renamed", "Ferry"}
    assert {row.name for row in rows_as_of(Project, timezone.now(), ids)} == {"Renamed"}


@pytest.mark.django_db(transaction=True)
def test_a_report_is_read_as_it_was_before_it_was_published(world, cast):
    report = status.start(world.projects["N-2"].pk, actor=cast.bob)
    before = timezone.now()
    status.save_draft(report.pk, {"summary": "Later words."}, actor=cast.bob)
    assert (as_of(report, before).summary, as_of(report, timezone.now()).summary) == ("", "Later words.")
