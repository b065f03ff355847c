"""Creating, editing and staffing projects."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from pmo.access.models import Grant, Role
from pmo.audit.models import Record
from pmo.kernel.errors import Broken, Invalid, NotVisible, Refused, Stale, WrongState
from pmo.kernel.periods import next_due
from pmo.workflow.models import Transition
from portfolio.projects import actions
from portfolio.projects.actions import assign_manager, create_programme, create_project, edit_project
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db


def test_a_new_project_takes_the_next_number_and_the_currency_of_the_house(world, cast):
    fields = {"name": "Canal", "portfolio": world.portfolios["NORTH"]}
    first = create_project(fields, actor=cast.analyst)
    second = create_project({**fields, "name": "Lock"}, actor=cast.portfolio)
    assert (first.code, second.code, first.currency) == ("PRJ-0001", "PRJ-0002", "EUR")


def test_the_first_report_of_a_new_project_falls_due_one_cadence_after_its_creation(world, cast):
    fields = {"name": "Canal", "portfolio": world.portfolios["NORTH"], "cadence": "weekly", "report_weekday": 4}
    project = create_project(fields, actor=cast.analyst)
    assert project.report_due_on == next_due(timezone.localdate(), "weekly", 4)
    assert create_project({**fields, "name": "Lock", "cadence": "none"}, actor=cast.analyst).report_due_on is None


def test_another_rhythm_moves_the_due_date_from_the_last_report_on(world, cast):
    bridge = world.projects["N-1"]
    weekly = edit_project(bridge, {"cadence": "weekly"}, actor=cast.portfolio, version=bridge.version)
    assert weekly.report_due_on == next_due(bridge.status_as_of, "weekly", bridge.report_weekday)
    silent = edit_project(weekly, {"cadence": "none"}, actor=cast.portfolio, version=weekly.version)
    assert silent.report_due_on is None
    again = edit_project(silent, {"cadence": "weekly"}, actor=cast.portfolio, version=silent.version)
    assert again.report_due_on == next_due(timezone.localdate(), "weekly", bridge.report_weekday)


CREATES = {"director": "yes", "portfolio": "yes", "analyst": "yes", "administrator": "yes", "robot": "yes"}
CREATES |= {"alice": "refused", "bob": "unseen", "executive": "unseen", "stranger": "unseen", "sysadmin": "unseen"}


@pytest.mark.parametrize(("name", "answer"), (CREATES | {"bob": "refused"}).items())
def test_who_may_create_projects_in_north(name, answer, world):
    fields = {"name": "Canal", "portfolio": world.portfolios["NORTH"]}
    if answer == "yes":
        assert create_project(fields, actor=world.users[name]).pk
        return
    with pytest.raises({"refused": Refused, "unseen": NotVisible}[answer]):
        create_project(fields, actor=world.users[name])


def test_a_portfolio_manager_creates_nothing_elsewhere(world, cast):
    with pytest.raises(NotVisible):
        create_project({"name": "Pier", "portfolio": world.portfolios["SOUTH"]}, actor=cast.portfolio)


@pytest.mark.parametrize(
    ("forecast", "actual", "days"), [(20, None, 19), (20, 11, 10), (None, 1, 0), (None, None, None)]
)
def test_the_slip_is_that_of_the_actual_finish_once_there_is_one(forecast, actual, days):
    dates = {"finish_forecast": forecast, "finish_actual": actual}
    known = {name: date(2026, 3, day) for name, day in dates.items() if day}
    assert Project(finish_baseline=date(2026, 3, 1), **known).slip_days == days


@pytest.mark.parametrize("code", ["has space", "", "ä", "x" * 41, "n/1", "A\n"])
def test_a_code_is_plain(code, world, cast):
    project = {"code": code, "name": "Canal", "portfolio": world.portfolios["NORTH"]}
    if code == "":
        assert create_project(project, actor=cast.analyst).code == "PRJ-0001"
        return
    with pytest.raises(Invalid) as refusal:
        create_project(project, actor=cast.analyst)
    assert list(refusal.value.errors) == ["code"]


def test_codes_that_differ_only_in_case_are_one_code(world, cast):
    with pytest.raises(Invalid):
        create_project({"code": "n-1", "name": "Twin", "portfolio": world.portfolios["NORTH"]}, actor=cast.analyst)


def test_a_code_is_for_life(world, cast):
    with pytest.raises(Broken) as refusal:
        edit_project(world.projects["N-1"], {"code": "N-9"}, actor=cast.alice, version=1)
    assert refusal.value.field == "code"


EDITS = {"alice": "yes", "portfolio": "yes", "administrator": "yes", "robot": "yes", "director": "refused"}
EDITS |= {"analyst": "refused", "member": "refused", "bob": "unseen", "executive": "unseen", "sysadmin": "unseen"}


@pytest.mark.parametrize(("name", "answer"), EDITS.items())
def test_who_may_edit_the_bridge(name, answer, world):
    project = world.projects["N-1"]
    if answer == "yes":
        edited = edit_project(project, {"name": "New bridge"}, actor=world.users[name], version=project.version)
        assert edited.name == "New bridge"
        return
    with pytest.raises({"refused": Refused, "unseen": NotVisible}[answer]):
        edit_project(project, {"name": "New bridge"}, actor=world.users[name], version=project.version)


def test_an_edit_of_a_stale_version_changes_nothing(world, cast):
    project = world.projects["N-1"]
    edit_project(project, {"name": "First"}, actor=cast.alice, version=project.version)
    with pytest.raises(Stale):
        edit_project(project, {"name": "Second"}, actor=cast.portfolio, version=project.version)
    assert Project.objects.get(code="N-1").name == "First"


def test_an_edit_that_changes_nothing_leaves_no_version_and_no_record(world, cast):
    project = world.projects["N-1"]
    before = Record.objects.count()
    same = edit_project(project, {"name": "Bridge"}, actor=cast.alice, version=project.version)
    assert (same.version, Record.objects.count()) == (project.version, before)


def test_a_programme_of_another_portfolio_is_refused(world, cast):
    with pytest.raises(Invalid) as refusal:
        edit_project(world.projects["N-1"], {"programme": world.programmes["PORTS"]}, actor=cast.alice, version=None)
    assert list(refusal.value.errors) == ["programme"]


def test_a_baseline_ends_after_it_starts(world, cast):
    dates = {"start_baseline": date(2030, 1, 2), "finish_baseline": date(2030, 1, 1)}
    with pytest.raises(Invalid) as refusal:
        edit_project(world.projects["N-1"], dates, actor=cast.alice, version=None)
    assert refusal.value.errors == {"": ["The baseline start must not be after the baseline finish."]}


def test_a_project_moves_only_where_its_editor_may_create(world, cast):
    target = {"portfolio": world.portfolios["SOUTH"], "programme": None}
    with pytest.raises(NotVisible):
        edit_project(world.projects["N-1"], target, actor=cast.portfolio, version=None)


def test_a_manager_is_assigned_to_all_or_to_none(world, cast):
    ids = [world.projects[code].pk for code in ("N-1", "N-3")]
    assert [project.code for project in assign_manager(ids, cast.bob, actor=cast.portfolio)] == ["N-1", "N-3"]
    with pytest.raises(NotVisible):
        assign_manager([*ids, world.projects["S-1"].pk], cast.alice, actor=cast.portfolio)
    assert set(Project.objects.filter(pk__in=ids).values_list("manager__username", flat=True)) == {"bob"}


def test_one_stale_row_stops_the_whole_assignment(world, cast):
    versions = {world.projects["N-1"].pk: world.projects["N-1"].version, world.projects["N-3"].pk: 99}
    with pytest.raises(Stale):
        assign_manager(list(versions), cast.bob, actor=cast.portfolio, versions=versions)
    assert Project.objects.get(code="N-1").manager == cast.alice


def test_an_account_that_cannot_sign_in_manages_nothing(world, cast):
    for user in (cast.robot, type(cast.bob).objects.create(username="gone", is_active=False)):
        with pytest.raises(Broken):
            assign_manager([world.projects["N-1"].pk], user, actor=cast.director)


@pytest.mark.parametrize("name", ["alice", "analyst", "administrator", "robot", "member"])
def test_nobody_below_the_portfolio_manager_appoints_managers(name, world):
    with pytest.raises(Refused):
        assign_manager([world.projects["N-1"].pk], world.users["bob"], actor=world.users[name])


def test_programmes_are_made_by_those_who_edit_the_portfolio(world, cast):
    fields = {"code": "NEW", "name": "New", "portfolio": world.portfolios["NORTH"]}
    assert create_programme(fields, actor=cast.portfolio).pk
    with pytest.raises(Refused):
        create_programme({**fields, "code": "NEW2"}, actor=cast.alice)


def test_a_sub_portfolio_belongs_to_whoever_has_the_whole(world, cast):
    child = type(world.portfolios["NORTH"]).objects.create(code="SUB", name="Sub", parent=world.portfolios["NORTH"])
    Project.objects.filter(code="S-2").update(portfolio=child, programme=None)
    assert Project.objects.visible_to(cast.portfolio).filter(code="S-2").exists()


def test_a_confidential_project_is_seen_by_manager_sponsor_and_those_granted_on_it(world, cast, fresh):
    hidden = Project.objects.filter(code="N-4")
    sees = {name for name, user in world.users.items() if Project.objects.visible_to(user).filter(code="N-4").exists()}
    assert sees == {"alice"}
    Grant.objects.create(
        user=cast.executive, role=Role.objects.get(code="executive"), scope="project", scope_id=hidden.get().pk
    )
    assert Project.objects.visible_to(fresh(cast.executive)).filter(code="N-4").exists()


# --- running ----------------------------------------------------------------------------------------------------------
def test_a_project_is_held_and_resumed_with_its_reason_in_the_log(world, cast):
    bridge = world.projects["N-1"]
    held = actions.run(bridge.pk, "hold", actor=cast.alice, note="The steel is late.")
    assert held.state == "on_hold"
    resumed = actions.run(bridge.pk, "resume", actor=cast.alice)
    assert resumed.state == "active"
    log = Transition.objects.filter(object_type="portfolio.project", object_id=bridge.pk)
    assert list(log.values_list("verb", "source", "target", "note")) == [
        ("hold", "active", "on_hold", "The steel is late."),
        ("resume", "on_hold", "active", ""),
    ]


def test_a_project_is_not_held_without_a_reason(world, cast):
    with pytest.raises(Broken, match="Say why"):
        actions.run(world.projects["N-1"].pk, "hold", actor=cast.alice, note=" ")


def test_an_active_project_cannot_be_reopened(world, cast):
    with pytest.raises(WrongState):
        actions.run(world.projects["N-1"].pk, "reopen", actor=cast.alice, note="again")


def test_a_manager_cannot_hand_his_project_to_somebody_else_by_an_edit(world, cast):
    bridge = world.projects["N-1"]
    with pytest.raises(Refused):
        actions.edit_project(bridge, {"manager": cast.bob}, actor=cast.alice, version=bridge.version)


def test_a_programme_moves_only_into_a_portfolio_that_the_actor_edits(world, cast):
    rails = world.programmes["RAILS"]
    with pytest.raises((Refused, NotVisible)):
        actions.edit_programme(
            rails, {"portfolio": world.portfolios["SOUTH"]}, actor=cast.portfolio, version=rails.version
        )


def test_a_manager_cannot_hide_his_project_from_the_office(world, cast):
    bridge = world.projects["N-1"]
    with pytest.raises(Refused):
        actions.edit_project(bridge, {"confidential": True}, actor=cast.alice, version=bridge.version)
    hidden = actions.edit_project(bridge, {"confidential": True}, actor=cast.portfolio, version=bridge.version)
    assert hidden.confidential
