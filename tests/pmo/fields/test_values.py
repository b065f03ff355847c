"""Values of custom fields on projects: checked in one place, kept, told in history."""

from __future__ import annotations

from typing import Any

import pytest

from pmo.audit.history import history_of
from pmo.audit.models import Record
from pmo.audit.sentences import told
from pmo.fields import actions as fields
from pmo.kernel.errors import Invalid, Stale
from portfolio.projects import actions
from portfolio.projects.models import Portfolio, Project
from tests.pmo.fields.conftest import VALUES

pytestmark = pytest.mark.django_db


def give(world: Any, values: dict[str, Any], *, code: str = "N-1", name: str = "alice") -> Project:
    project = Project.objects.get(code=code)
    return actions.edit_project(project, {"custom": values}, actor=world.users[name], version=project.version)


def refused(call: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as error:
        call()
    return error.value.errors


def test_every_type_is_kept_in_its_canonical_form(every_type, world):
    assert give(world, VALUES).custom == {
        "funding_source": "state_grant",
        "contractor": "Stone & Sons",
        "remarks": "Two\nlines",
        "headcount": 12,
        "carbon_saved": "1200.5",
        "grant_awarded": "12500.50",
        "permit_expected": "2027-03-01",
        "listed_building": True,
        "sites": ["north_bank", "south_bank"],
        "deputy": world.users["bob"].pk,
        "folder": "https://example.org/files/7",
    }


def test_what_is_not_sent_stays_and_none_clears(every_type, world):
    give(world, {"headcount": 3, "contractor": "A"})
    assert give(world, {"headcount": None}).custom == {"contractor": "A"}


def test_every_wrong_value_is_named_at_once_and_nothing_is_kept(every_type, world):
    errors = refused(
        lambda: give(
            world,
            {"headcount": "many", "permit_expected": "soon", "deputy": "nobody", "remarks": "x" * 100_000,
             "contractor": "fine"},
        )
    )  # fmt: skip
    assert sorted(errors) == [
        "custom.deputy", "custom.headcount", "custom.permit_expected", "custom.remarks",
    ]  # fmt: skip
    assert Project.objects.get(code="N-1").custom == {}


def test_an_unchanged_value_writes_nothing(every_type, world):
    version = give(world, VALUES).version
    assert give(world, VALUES).version == version


def test_a_stale_version_is_refused(funding, world):
    project = Project.objects.get(code="N-1")
    give(world, {"funding_source": "own_budget"})
    with pytest.raises(Stale):
        actions.edit_project(
            project, {"custom": {"funding_source": "state_grant"}}, actor=world.users["alice"], version=project.version
        )


def test_a_required_field_is_asked_of_new_objects_and_never_cleared_but_breaks_no_old_one(declared, world):
    declared("Charter date", "date", required=True)
    analyst, alice = world.users["analyst"], world.users["alice"]
    new = {"name": "New", "portfolio": world.portfolios["NORTH"]}
    assert list(refused(lambda: actions.create_project(new, actor=analyst))) == ["custom.charter_date"]
    made = actions.create_project({**new, "custom": {"charter_date": "2027-01-01"}}, actor=analyst)
    assert made.custom == {"charter_date": "2027-01-01"}
    old = Project.objects.get(code="N-1")
    assert actions.edit_project(old, {"name": "Renamed"}, actor=alice, version=old.version).name == "Renamed"
    give(world, {"charter_date": "2027-01-01"})
    assert list(refused(lambda: give(world, {"charter_date": None}))) == ["custom.charter_date"]


def test_a_retired_choice_stays_and_is_given_to_nobody_new(funding, world):
    give(world, {"funding_source": "public_loan"})
    options = [each.stored() | {"retired": each.slug == "public_loan"} for each in funding.options]
    fields.edit_field(funding.pk, {"choices": options}, actor=world.users["director"])
    assert give(world, {"funding_source": "public_loan"}).custom == {"funding_source": "public_loan"}
    errors = refused(lambda: give(world, {"funding_source": "public_loan"}, code="S-1", name="bob"))
    assert "not offered any more" in errors["custom.funding_source"][0]


def test_a_person_who_left_stays_where_he_is_named(every_type, world):
    give(world, {"deputy": "bob"})
    bob = world.users["bob"]
    bob.is_active = False
    bob.save()
    assert give(world, {"deputy": bob.pk}).custom == {"deputy": bob.pk}
    give(world, {"deputy": None})
    assert "custom.deputy" in refused(lambda: give(world, {"deputy": "bob"}))


def test_portfolios_and_programmes_carry_fields_too(declared, world):
    declared("Charter", "link", kind="portfolio")
    north, director = world.portfolios["NORTH"], world.users["director"]
    values = {"custom": {"charter": "https://example.org/n"}}
    actions.edit_portfolio(north, values, actor=director, version=north.version)
    assert Portfolio.objects.get(pk=north.pk).custom == {"charter": "https://example.org/n"}


def test_history_tells_each_field_by_its_label_from_what_to_what(every_type, world):
    give(world, {"funding_source": "own_budget", "headcount": 1234, "deputy": "bob"})
    give(world, {"funding_source": "state_grant", "headcount": None, "grant_awarded": "5"})
    happening = history_of([Project.objects.get(code="N-1")], reader=world.users["director"])[0]
    assert happening.actor == "Alice Small"
    assert [change.sentence for change in happening.changes] == [
        "Funding source changed from Own budget to State grant",
        "Headcount cleared, was 1,234\u00a0FTE",
        "Grant awarded set to EUR\u00a05.00",
    ]


def test_records_say_which_fields_changed_and_no_value(declared, funding, world):
    declared("Appeal", "text", seen_by=["project_manager"])
    give(world, {"funding_source": "own_budget", "appeal": "lost in court"})
    record = Record.objects.filter(verb="project.edit").latest("id")
    assert record.changes == {"custom": {"fields": ["Funding source", ""]}}
    sentences = [change.sentence for change in told([record])[0].changes]
    assert sentences == ["Funding source changed", "A field that not everybody sees changed"]
