"""The latest report at a date, who is late, what waits for a check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from pmo.organisation.models import Organisation
from portfolio.projects.models import Project
from portfolio.status import queries
from tests.portfolio.status.writing import submitted

pytestmark = pytest.mark.django_db


def test_the_latest_report_is_that_of_the_business_date(world):
    everything = Project.objects.all()
    then = queries.latest_at(world.today - timedelta(days=31), everything)
    assert [(report.project.code, report.overall) for report in then] == [("N-1", "green")]
    now = queries.latest_at(world.today, everything)
    assert {report.project.code: report.overall for report in now} == {"N-1": "amber", "S-1": "green"}


def test_last_reports_are_cut_to_the_number_asked_for_oldest_first(world):
    found = queries.last_reports(world.today, [world.projects["N-1"].pk], 1)
    assert [overall for _day, overall, _pk in found[world.projects["N-1"].pk]] == ["amber"]


def late(world, user) -> list[str]:
    overdue = queries.late_filter(world.today, Organisation.current().report_grace_days)
    return sorted(Project.objects.visible_to(user).filter(overdue).values_list("code", flat=True))


def test_late_reports_are_those_of_visible_projects_whose_due_date_is_over(world, cast):
    Project.objects.filter(code="N-2").update(report_due_on=world.today - timedelta(days=5))
    Project.objects.filter(code__in=["N-1", "S-1"]).update(report_due_on=world.today)
    assert late(world, cast.director) == ["N-2", "N-3", "S-2"]
    assert late(world, cast.executive) == ["S-2"]
    assert late(world, cast.stranger) == []


def test_days_of_grace_make_fewer_reports_late(world, cast):
    Organisation.objects.filter(pk=1).update(report_grace_days=1)
    Project.objects.filter(code="N-2").update(report_due_on=world.today - timedelta(days=5))
    assert late(world, cast.director) == ["N-2"]


def test_a_report_that_waits_for_its_check_is_not_late(world, cast):
    submitted(world, "N-3", "alice")
    assert "N-3" not in late(world, cast.director)


def test_paused_closed_and_unreported_projects_are_never_late(world, cast):
    Project.objects.filter(code="N-3").update(state="on_hold")
    Project.objects.filter(code="N-2").update(state="closed")
    Project.objects.filter(code="S-2").update(cadence="none")
    assert not {"N-2", "N-3", "S-2"} & set(late(world, cast.director))


def test_reports_to_check_are_shown_to_those_who_may_publish_them(world, cast):
    submitted(world, "N-3", "alice")
    submitted(world, "S-2", "bob")
    found = {
        name: [report.project.code for report in queries.to_check(user)]
        for name, user in world.users.items()
        if queries.to_check(user)
    }
    assert found == {"director": ["N-3", "S-2"], "analyst": ["N-3", "S-2"], "portfolio": ["N-3"]}


def test_decisions_of_superseded_and_older_reports_are_not_asked_again(world, cast):
    from tests.portfolio.status.writing import published

    for day, text in enumerate(["Old question", "New question"]):
        due = (world.today + timedelta(days=day)).isoformat()
        published(world, "N-3", "alice", as_of=due, decisions=[{"text": text, "needed_by": due}])
    found = queries.decisions_needed(world.today + timedelta(days=9), Project.objects.all())
    assert [decision.text for decision in found] == ["New question"]


def test_what_is_late_is_one_answer_for_readers_in_every_zone(world, cast, client_of):
    """Noon in London is the next day in Auckland, where the report of today would be late by then."""
    Organisation.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/London", "report_grace_days": 0})
    noon = datetime(world.today.year, world.today.month, world.today.day, 12, 30, tzinfo=UTC)
    Project.objects.filter(code="N-1").update(report_due_on=world.today)
    Project.objects.filter(code="N-2").update(report_due_on=world.today - timedelta(days=3))
    for zone in ("Europe/London", "Pacific/Auckland"):
        type(cast.analyst).objects.filter(pk=cast.analyst.pk).update(time_zone=zone)
        with time_machine.travel(noon, tick=False):
            answer = client_of(cast.analyst).get("/reports/late/?columns=project,late&export=csv")
            told = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert told.splitlines() == ["Project,Days late", "Depot,3", "Ferry,1", "Signals,1"], zone


def test_a_report_opened_in_auckland_stands_for_the_day_of_the_house(world, cast, client_of):
    Organisation.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/London"})
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(time_zone="Pacific/Auckland")
    noon = datetime(world.today.year, world.today.month, world.today.day, 12, 30, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        answer = client_of(cast.alice).post("/projects/N-3/report/start/")
    assert answer.status_code == 302
    assert world.projects["N-3"].reports.latest("number").as_of == world.today
