"""Declaring, changing, ordering, retiring and deleting custom fields."""

from __future__ import annotations

from typing import Any

import pytest

from pmo.access.models import Grant, Role
from pmo.access.policy import forget
from pmo.audit.history import history_of
from pmo.audit.models import Record
from pmo.fields import actions
from pmo.fields.models import CustomField
from pmo.kernel.errors import Invalid, Refused, WrongState
from portfolio.projects import actions as projects
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db


def refused(call: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as error:
        call()
    return error.value.errors


def give(world: Any, code: str, **values: Any) -> Project:
    project = Project.objects.get(code=code)
    return projects.edit_project(project, {"custom": values}, actor=project.manager, version=project.version)


def test_a_field_gets_its_name_out_of_its_label_and_comes_after_the_others(declared):
    first, second = declared("Funding source", "text"), declared("Grant, awarded", "money")
    assert [first.slug, second.slug, second.unit] == ["funding_source", "grant_awarded", "EUR"]
    assert first.position < second.position


def test_declaring_is_recorded_and_told(declared, world):
    field = declared("Funding source", "text")
    record = Record.objects.filter(verb="field.edit").latest("id")
    assert (record.actor, record.object_label) == (world.users["director"], "Funding source")
    assert history_of([field])[0].what == "created this custom field"


@pytest.mark.parametrize(
    "slug",
    ["budget", "manager", "manager_id", "slip", "late", "status", "q", "sort", "columns", "as_of", "tags", "code",
     "whole_life_cost_reason", "reports", "short_name", "due"],
)  # fmt: skip
def test_a_name_that_columns_filters_files_or_addresses_use_is_refused(declared, slug):
    errors = refused(lambda: declared("Something new", "text", slug=slug))
    assert list(errors) == ["slug"]
    assert "clashes with" in errors["slug"][0]


def test_names_and_labels_are_unique_within_a_kind_and_ranges_count_as_names(declared):
    declared("Cost of permit", "money", slug="permit")
    assert "slug" in refused(lambda: declared("Another", "text", slug="permit"))
    assert "slug" in refused(lambda: declared("Another", "text", slug="permit_min"))
    assert "label" in refused(lambda: declared("COST of permit", "text", slug="other"))
    assert declared("Cost of permit", "text", slug="permit", kind="programme").kind == "programme"


@pytest.mark.parametrize("label", ["Budget", "project manager", "Programme", "Whole-life cost", "Stage"])
def test_a_label_that_a_column_or_a_header_of_a_file_has_is_refused(declared, label):
    assert "label" in refused(lambda: declared(label, "text", slug="something_else"))


def test_everything_wrong_is_named_at_once(declared):
    errors = refused(lambda: declared("Budget", "choice", slug="q", unit="EUR", seen_by=["nobody"], choices=[]))
    assert sorted(errors) == ["choices", "label", "seen_by", "slug", "unit"]


def test_a_field_in_packs_is_kept_to_nobody(declared):
    assert "seen_by" in refused(lambda: declared("Secret", "text", seen_by=["director"], in_packs=True))


def test_choices_keep_their_names_when_they_are_renamed_and_ordered(funding, world):
    options = [
        {"slug": "state_grant", "label": "Grant of the state"},
        {"slug": "own_budget", "label": "Own budget"},
        {"slug": "public_loan", "label": "Public loan", "retired": True},
        {"label": "Lottery"},
    ]
    field = actions.edit_field(funding.pk, {"choices": options}, actor=world.users["analyst"], version=funding.version)
    assert [(each.slug, each.label, each.retired) for each in field.options] == [
        ("state_grant", "Grant of the state", False),
        ("own_budget", "Own budget", False),
        ("public_loan", "Public loan", True),
        ("lottery", "Lottery", False),
    ]


def test_a_choice_in_use_is_retired_and_not_removed(funding, world):
    give(world, "N-1", funding_source="state_grant")
    director = world.users["director"]
    errors = refused(lambda: actions.edit_field(funding.pk, {"choices": ["Own budget"]}, actor=director))
    assert "State grant" in errors["choices"][0]
    field = actions.edit_field(funding.pk, {"choices": ["Own budget", "State grant"]}, actor=director)
    assert [each.slug for each in field.options] == ["own_budget", "state_grant"]


def test_the_order_moves_one_place_at_a_time_and_stops_at_the_ends(declared, world):
    fields = [declared(label, "text") for label in ("First", "Second", "Third")]
    director = world.users["director"]
    actions.move(fields[2].pk, up=True, actor=director)
    actions.move(fields[0].pk, up=True, actor=director)
    assert [field.slug for field in CustomField.objects.filter(kind="project")] == ["first", "third", "second"]


def test_a_retired_field_keeps_its_values_and_brings_them_back(funding, world):
    give(world, "N-1", funding_source="state_grant")
    director = world.users["director"]
    actions.retire(funding.pk, actor=director)
    assert "custom.funding_source" in refused(lambda: give(world, "N-1", funding_source="own_budget"))
    assert Project.objects.get(code="N-1").custom == {"funding_source": "state_grant"}
    actions.restore(funding.pk, actor=director)
    assert give(world, "N-1", funding_source="own_budget").custom == {"funding_source": "own_budget"}
    with pytest.raises(WrongState):
        actions.restore(funding.pk, actor=director)


def test_only_an_empty_field_is_deleted(funding, declared, world):
    director, empty = world.users["director"], declared("Empty", "text")
    give(world, "N-1", funding_source="state_grant")
    with pytest.raises(WrongState, match="1 objects have a value"):
        actions.delete_field(funding.pk, actor=director)
    actions.delete_field(empty.pk, actor=director)
    assert not CustomField.objects.filter(pk=empty.pk).exists()


def test_a_type_changes_when_every_value_converts_and_not_otherwise(declared, world):
    field, director = declared("Headcount", "text"), world.users["director"]
    give(world, "N-1", headcount="12")
    give(world, "N-2", headcount="a dozen")
    assert actions.preview_type(field, "whole") == (1, 1)
    with pytest.raises(WrongState, match="1 values do not convert"):
        actions.change_type(field.pk, "whole", actor=director)
    assert Project.objects.get(code="N-1").custom == {"headcount": "12"}
    give(world, "N-2", headcount="7")
    versions = dict(Project.objects.values_list("code", "version"))
    changed = actions.change_type(field.pk, "whole", unit="FTE", actor=director)
    assert (changed.type, changed.unit) == ("whole", "FTE")
    assert Project.objects.get(code="N-1").custom == {"headcount": 12}
    assert Project.objects.get(code="N-1").version == versions["N-1"] + 1
    assert Project.objects.get(code="N-3").version == versions["N-3"]


def test_the_currency_of_kept_amounts_stays(declared, world):
    field, director = declared("Grant", "money", unit="EUR"), world.users["director"]
    assert actions.edit_field(field.pk, {"unit": "GBP"}, actor=director).unit == "GBP"
    give(world, "N-1", grant="5")
    assert "unit" in refused(lambda: actions.edit_field(field.pk, {"unit": "EUR"}, actor=director))


@pytest.mark.parametrize("name", ["portfolio", "alice", "executive", "member", "sysadmin", "robot"])
def test_only_the_office_declares_fields(declared, funding, world, name):
    actor = world.users[name]
    with pytest.raises(Refused):
        actions.add_field(kind="project", label="Mine", type="text", actor=actor)
    with pytest.raises(Refused):
        actions.retire(funding.pk, actor=actor)


def test_who_holds_the_right_in_a_part_of_the_organisation_declares_nothing_for_the_whole(world):
    actor = world.users["stranger"]
    Grant.objects.create(
        user=actor, role=Role.objects.get(code="analyst"), scope="portfolio", scope_id=world.portfolios["NORTH"].pk
    )
    forget(actor)
    with pytest.raises(Refused, match="whole organisation"):
        actions.add_field(kind="project", label="Mine", type="text", actor=actor)


def test_a_declaration_kept_to_some_roles_is_shown_to_them_and_to_who_declares(declared, world):
    kept = declared("Appeal", "text", seen_by=["portfolio_manager"])
    seen = {name for name, user in world.users.items() if kept in CustomField.objects.visible_to(user)}
    assert seen == {"portfolio", "director", "analyst", "administrator"}
