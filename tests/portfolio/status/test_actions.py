"""The life of a status report: written, submitted, returned, published, corrected."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pmo.access.models import Grant, Role
from pmo.audit.models import Record
from pmo.kernel import rag
from pmo.kernel.errors import Broken, Invalid, NotVisible, Refused, Stale, WrongState
from pmo.kernel.periods import next_due
from pmo.notices.models import Message
from pmo.workflow.models import Transition
from portfolio.projects.models import Project
from portfolio.status import actions
from portfolio.status.models import DecisionNeeded, StatusReport
from tests.portfolio.status.writing import published, submitted, typed

pytestmark = pytest.mark.django_db
RED = {"dimensions": {"cost": {"value": "red", "comment": ""}}}


def test_a_first_report_starts_empty_with_the_figures_of_its_project(world, cast):
    report = actions.start(world.projects["N-3"].pk, actor=cast.alice)
    assert (report.number, report.edition, report.state, report.overall) == (1, 1, "draft", "")
    assert (report.forecast, report.budget) == (Decimal("1020000.00"), None)
    assert report.manager_name == "Alice Small"


def test_a_next_report_starts_from_the_last_one(world, cast):
    report = actions.start(world.projects["N-1"].pk, actor=cast.alice)
    last = world.today - timedelta(days=30)
    assert (report.number, report.overall, report.summary) == (3, "amber", "Bridge stands at amber.")
    assert report.judgement("schedule") == {"value": "amber", "trend": "", "comment": "The steel is late."}
    assert report.next_steps == ["Lay the deck"]
    assert (report.period_from, report.as_of) == (last + timedelta(days=1), world.today)


def test_starting_twice_opens_the_same_report(world, cast):
    first = actions.start(world.projects["N-1"].pk, actor=cast.alice)
    assert actions.start(world.projects["N-1"].pk, actor=cast.alice).pk == first.pk


def test_a_closed_project_is_not_reported_on(world, cast):
    Project.objects.filter(code="N-1").update(state="closed")
    with pytest.raises(WrongState):
        actions.start(world.projects["N-1"].pk, actor=cast.alice)


WRITES = {"alice": "yes", "administrator": "yes", "portfolio": "refused", "director": "refused", "analyst": "refused"}
WRITES |= {"member": "refused", "bob": "unseen", "executive": "unseen", "sysadmin": "unseen", "stranger": "unseen"}


@pytest.mark.parametrize(("name", "answer"), WRITES.items())
def test_who_may_write_the_report_of_alices_bridge(name, answer, world):
    outcome = {"yes": None, "refused": Refused, "unseen": NotVisible}[answer]
    if outcome is None:
        assert actions.start(world.projects["N-1"].pk, actor=world.users[name]).state == "draft"
    else:
        with pytest.raises(outcome):
            actions.start(world.projects["N-1"].pk, actor=world.users[name])


def test_a_draft_keeps_what_was_typed_even_when_it_is_incomplete(world, cast):
    report = actions.start(world.projects["N-1"].pk, actor=cast.alice)
    saved = actions.save_draft(report.pk, {"overall": "red", "summary": ""}, actor=cast.alice, version=report.version)
    assert (saved.overall, saved.summary, saved.version) == ("red", "", report.version + 1)


def test_nonsense_is_refused_by_field_and_nothing_of_it_is_kept(world, cast):
    report = actions.start(world.projects["N-1"].pk, actor=cast.alice)
    wrong = {"overall": "violet", "summary": "x" * 601, "as_of": "31.02.2026", "decisions": [{"text": "Buy"}]}
    with pytest.raises(Invalid) as refusal:
        actions.save_draft(report.pk, {**wrong, "next_steps": ["Pour"]}, actor=cast.alice)
    assert sorted(refusal.value.errors) == ["as_of", "decisions", "overall", "summary"]
    assert StatusReport.objects.get(pk=report.pk).next_steps == ["Lay the deck"]


@pytest.mark.parametrize("name", ["state", "author", "edition", "budget", "origin", "id"])
def test_what_is_not_typed_cannot_be_written(name, world, cast):
    report = actions.start(world.projects["N-1"].pk, actor=cast.alice)
    with pytest.raises(Invalid) as refusal:
        actions.save_draft(report.pk, {name: "published"}, actor=cast.alice)
    assert list(refusal.value.errors) == [name]


def test_a_stale_version_is_refused_and_changes_nothing(world, cast):
    report = actions.start(world.projects["N-1"].pk, actor=cast.alice)
    actions.save_draft(report.pk, {"summary": "Mine."}, actor=cast.alice, version=1)
    with pytest.raises(Stale) as conflict:
        actions.save_draft(report.pk, {"summary": "Yours."}, actor=cast.administrator, version=1)
    assert conflict.value.current.summary == "Mine."


def test_submission_names_all_gaps_at_once_in_words(world, cast):
    report = actions.start(world.projects["N-3"].pk, actor=cast.alice)
    with pytest.raises(Invalid) as refusal:
        actions.submit(report.pk, actor=cast.alice)
    assert list(refusal.value.errors) == ["overall", "summary", *rag.DIMENSIONS]
    assert refusal.value.errors["cost"] == ["Choose the status: cost."]
    assert StatusReport.objects.get(pk=report.pk).state == "draft"


def test_red_without_a_comment_is_not_submitted(world, cast):
    report = actions.start(world.projects["N-3"].pk, actor=cast.alice)
    actions.save_draft(report.pk, typed(), actor=cast.alice)
    actions.save_draft(report.pk, RED, actor=cast.alice)
    with pytest.raises(Invalid) as refusal:
        actions.submit(report.pk, actor=cast.alice)
    assert list(refusal.value.errors) == ["cost_comment"]


def test_an_amber_comment_that_is_repeated_must_be_confirmed(world, cast):
    report = actions.start(world.projects["N-1"].pk, actor=cast.alice)
    with pytest.raises(Invalid) as refusal:
        actions.submit(report.pk, actor=cast.alice)
    assert list(refusal.value.errors) == ["schedule_confirm"]
    actions.save_draft(report.pk, {"confirmed": ["schedule"]}, actor=cast.alice)
    assert actions.submit(report.pk, actor=cast.alice).state == "submitted"


def test_submission_takes_trends_figures_and_the_count_of_unchanged_reports(world, cast):
    report = actions.start(world.projects["N-1"].pk, actor=cast.alice)
    actions.save_draft(report.pk, {"confirmed": ["schedule"]}, actor=cast.alice)
    Project.objects.filter(code="N-1").update(forecast=Decimal("1234567.00"))
    done = actions.submit(report.pk, actor=cast.alice)
    assert (done.unchanged, done.overall_trend, done.forecast) == (1, "same", Decimal("1234567.00"))
    assert (done.submitted_by, done.judgement("schedule")["trend"]) == (cast.alice, "same")


def test_unchanged_reports_are_counted_until_something_changes(world):
    for number, summary in enumerate(["One.", "One.", "One.", "Two."]):
        day = world.today + timedelta(days=number)
        report = published(world, "N-3", "alice", summary=summary, as_of=day.isoformat())
        assert report.unchanged == [0, 1, 2, 0][number]
    assert Project.objects.get(code="N-3").status_unchanged == 0


def test_the_administrator_may_draft_but_not_submit(world, cast):
    report = actions.start(world.projects["N-1"].pk, actor=cast.administrator)
    actions.save_draft(report.pk, typed(), actor=cast.administrator)
    with pytest.raises(Refused):
        actions.submit(report.pk, actor=cast.administrator)


def test_a_submitted_report_no_longer_changes_until_it_is_recalled(world, cast):
    report = submitted(world, "N-3", "alice")
    with pytest.raises(WrongState):
        actions.save_draft(report.pk, {"summary": "Later."}, actor=cast.alice)
    assert actions.recall(report.pk, actor=cast.alice).state == "draft"
    assert actions.save_draft(report.pk, {"summary": "Later."}, actor=cast.alice).summary == "Later."


def test_submission_asks_for_a_check_through_the_outbox(world):
    report = submitted(world, "N-3", "alice")
    assert list(Message.objects.values_list("task", "arguments")) == [("status.tell_checkers", [report.pk])]


CHECKS = {"director": "yes", "analyst": "yes", "portfolio": "yes", "alice": "refused"}
CHECKS |= {
    "administrator": "unseen",
    "bob": "unseen",
    "executive": "unseen",
    "resources": "unseen",
    "sysadmin": "unseen",
    "stranger": "unseen",
}


@pytest.mark.parametrize(("name", "answer"), CHECKS.items())
def test_who_may_publish_the_report_of_alices_signals(name, answer, world):
    report = submitted(world, "N-3", "alice")
    if answer == "yes":
        assert actions.publish(report.pk, actor=world.users[name]).state == "published"
        return
    with pytest.raises({"refused": Refused, "unseen": NotVisible}[answer]):
        actions.publish(report.pk, actor=world.users[name])


def test_nobody_publishes_or_returns_his_own_report(world, cast):
    """Even who holds every right: the analyst becomes the manager of a project."""
    Grant.objects.create(user=cast.analyst, role=Role.objects.get(code="project_manager"))
    Project.objects.filter(code="N-3").update(manager=cast.analyst)
    report = submitted(world, "N-3", "analyst")
    with pytest.raises(Refused) as refusal:
        actions.publish(report.pk, actor=cast.analyst)
    assert refusal.value.verdict.reason == "Nobody may do this to his own work; another person must."
    with pytest.raises(Refused):
        actions.send_back(report.pk, "Too short.", actor=cast.analyst)
    assert actions.publish(report.pk, actor=cast.director).published_by == cast.director


def test_whoever_wrote_the_draft_does_not_publish_it_though_another_submitted_it(world, cast):
    report = submitted(world, "N-3", "alice")
    StatusReport.objects.filter(pk=report.pk).update(author=cast.analyst)
    with pytest.raises(Refused):
        actions.publish(report.pk, actor=cast.analyst)


def test_a_report_comes_back_only_with_a_reason(world, cast):
    report = submitted(world, "N-3", "alice")
    with pytest.raises(Broken) as refusal:
        actions.send_back(report.pk, "  ", actor=cast.analyst)
    assert refusal.value.field == "note"
    back = actions.send_back(report.pk, "Say which steel.", actor=cast.analyst)
    assert (back.state, back.return_note) == ("returned", "Say which steel.")
    again = actions.submit(report.pk, actor=cast.alice)
    assert (again.state, again.return_note) == ("submitted", "")


def test_a_published_report_gives_the_project_its_standing(world, cast):
    report = published(world, "N-3", "alice", overall="amber")
    project = Project.objects.get(code="N-3")
    assert (project.status_overall, project.status_as_of) == ("amber", world.today)
    assert project.status_strip == [[world.today.isoformat(), "amber"]]
    assert project.status_dimensions == dict.fromkeys(rag.DIMENSIONS, "green")
    assert project.report_due_on == next_due(world.today, "monthly", 4)
    assert project.status_published_at == report.published_at


def test_the_strip_holds_the_last_twelve_in_order(world):
    days = [world.today + timedelta(days=number) for number in range(13)]
    for day in days:
        published(world, "N-3", "alice", as_of=day.isoformat())
    strip = Project.objects.get(code="N-3").status_strip
    assert [day for day, _value in strip] == [day.isoformat() for day in days[1:]]


def test_proposed_figures_reach_the_project_only_with_publication(world, cast):
    proposed = {"finish_forecast": "2028-01-31", "forecast": "1500000.00"}
    report = submitted(world, "N-3", "alice", proposed=proposed)
    assert Project.objects.get(code="N-3").forecast == Decimal("1020000.00")
    assert (report.finish_forecast, report.forecast) == (date(2028, 1, 31), Decimal("1500000.00"))
    actions.publish(report.pk, actor=cast.analyst)
    project = Project.objects.get(code="N-3")
    assert (project.finish_forecast, project.forecast) == (date(2028, 1, 31), Decimal("1500000.00"))


def test_a_corrected_report_of_earlier_leaves_the_figures_of_the_newest_alone(world, cast):
    earlier = published(world, "N-3", "alice", as_of=(world.today - timedelta(days=7)).isoformat())
    published(world, "N-3", "alice", proposed={"forecast": "1500000.00"})
    edition = actions.correct(earlier.pk, "The forecast of then was wrong.", actor=cast.alice)
    actions.save_draft(edition.pk, {"proposed": {"forecast": "900000.00"}}, actor=cast.alice)
    actions.submit(edition.pk, actor=cast.alice)
    actions.publish(edition.pk, actor=cast.analyst)
    assert Project.objects.get(code="N-3").forecast == Decimal("1500000.00")


def test_a_published_report_is_frozen(world, cast):
    report = published(world, "N-3", "alice")
    for verb in (actions.submit, actions.recall):
        with pytest.raises(WrongState):
            verb(report.pk, actor=cast.alice)
    with pytest.raises(WrongState):
        actions.save_draft(report.pk, {"summary": "Else."}, actor=cast.alice)
    with pytest.raises(WrongState):
        actions.publish(report.pk, actor=cast.director)


def test_a_date_is_published_once(world, cast):
    published(world, "N-3", "alice")
    second = submitted(world, "N-3", "alice", as_of=world.today.isoformat())
    with pytest.raises(WrongState) as refusal:
        actions.publish(second.pk, actor=cast.analyst)
    assert [verdict.reason for verdict in refusal.value.open_guards] == [
        "A report for this date is published already; correct that one."
    ]


def test_a_correction_becomes_edition_two_and_replaces_the_first_when_published(world, cast):
    first = published(world, "N-3", "alice")
    edition = actions.correct(first.pk, "The date was wrong.", actor=cast.alice)
    assert (edition.number, edition.edition, edition.corrects_id, edition.state) == (1, 2, first.pk, "draft")
    assert StatusReport.objects.get(pk=first.pk).state == "published"
    actions.save_draft(edition.pk, {"overall": "amber"}, actor=cast.alice)
    actions.submit(edition.pk, actor=cast.alice)
    actions.publish(edition.pk, actor=cast.analyst)
    assert StatusReport.objects.get(pk=first.pk).state == "superseded"
    assert Project.objects.get(code="N-3").status_overall == "amber"


def test_a_correction_says_why(world, cast):
    report = published(world, "N-3", "alice")
    with pytest.raises(Broken) as refusal:
        actions.correct(report.pk, " ", actor=cast.alice)
    assert refusal.value.field == "reason"


def test_a_correction_waits_for_the_open_report(world, cast):
    report = published(world, "N-3", "alice")
    actions.start(world.projects["N-3"].pk, actor=cast.alice)
    with pytest.raises(WrongState):
        actions.correct(report.pk, "Typo.", actor=cast.alice)


def test_decisions_are_written_changed_and_removed_with_the_draft(world, cast):
    report = actions.start(world.projects["N-3"].pk, actor=cast.alice)
    needed = [{"text": "Buy steel", "needed_by": "2026-12-01", "asked_of": "Board"}, {"text": ""}]
    actions.save_draft(report.pk, {"decisions": needed}, actor=cast.alice)
    assert list(DecisionNeeded.objects.values_list("text", "needed_by")) == [("Buy steel", date(2026, 12, 1))]
    actions.save_draft(report.pk, {"decisions": []}, actor=cast.alice)
    assert not DecisionNeeded.objects.exists()


def test_every_step_leaves_its_transition_and_its_record(world):
    report = published(world, "N-3", "alice")
    steps = Transition.objects.filter(object_id=report.pk).values_list("verb", "source", "target", "actor__username")
    assert list(steps) == [("submit", "draft", "submitted", "alice"), ("publish", "submitted", "published", "analyst")]
    acts = Record.objects.filter(object_id=report.pk, object_type="portfolio.statusreport").order_by("id")
    assert list(acts.values_list("verb", "actor__username")) == [
        ("status.write", "alice"),
        ("status.submit", "alice"),
        ("status.publish", "analyst"),
    ]


def test_drafts_are_hidden_from_those_who_see_published_reports_only(world, cast):
    draft = actions.start(world.projects["S-1"].pk, actor=cast.bob)
    sees = {
        name: StatusReport.objects.visible_to(user).filter(pk=draft.pk).exists() for name, user in world.users.items()
    }
    assert sorted(name for name, seen in sees.items() if seen) == ["analyst", "bob", "director"]
    assert StatusReport.objects.visible_to(cast.executive).count() == 1


def test_a_confidential_project_is_reported_by_those_named_and_hidden_from_the_pmo(world, cast):
    report = submitted(world, "N-4", "alice")
    for name in ("director", "analyst", "portfolio", "administrator"):
        with pytest.raises(NotVisible):
            actions.publish(report.pk, actor=world.users[name])


def test_asking_for_late_reports_is_for_those_who_may_and_all_or_nothing(world, cast):
    ids = [world.projects[code].pk for code in ("N-1", "N-2")]
    assert actions.ask_for_reports(ids, actor=cast.portfolio) == 2
    assert Message.objects.filter(task="status.tell_manager").count() == 2
    with pytest.raises(NotVisible):
        actions.ask_for_reports([*ids, world.projects["S-1"].pk], actor=cast.portfolio)
    assert Message.objects.filter(task="status.tell_manager").count() == 2


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_report_stands_for_no_day_that_cannot_be_known(day, world, cast):
    report = actions.start(world.projects["N-3"].pk, actor=cast.alice)
    with pytest.raises(Invalid) as refusal:
        actions.save_draft(report.pk, {"as_of": day}, actor=cast.alice)
    assert refusal.value.errors == {"as_of": ["A report tells how things stand: choose today or an earlier day."]}


def test_whoever_wrote_on_a_report_does_not_publish_it_although_others_opened_and_submitted_it(world, cast, fresh):
    """The portfolio manager helps out as a project manager of N-1, which alice runs."""
    helps = Role.objects.get(code="project_manager")
    Grant.objects.create(user=cast.portfolio, role=helps, scope="project", scope_id=world.projects["N-1"].pk)
    report = actions.start(world.projects["N-1"].pk, actor=cast.alice)
    actions.save_draft(report.pk, typed(), actor=fresh(cast.portfolio))
    actions.submit(report.pk, actor=cast.alice)
    with pytest.raises(Refused, match="Nobody may do this to his own work"):
        actions.publish(report.pk, actor=fresh(cast.portfolio))
    assert actions.publish(report.pk, actor=cast.analyst).state == "published"
