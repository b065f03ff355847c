"""The sample is repeatable, complete by the product's own rules, and gives every role something to do."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import transaction

from pmo.access.models import User
from pmo.attachments.models import Comment
from pmo.audit.models import Record
from pmo.audit.tracking import event_model_of
from pmo.followups.models import ActionItem
from pmo.kernel.errors import WrongState
from pmo.search import following
from portfolio.projects.models import Project
from portfolio.status import queries, rules
from portfolio.status.content import content_of
from portfolio.status.models import DecisionNeeded, StatusReport
from reporting.sample.actions import plant
from reporting.sample.rules.people import CAST

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = date(2026, 11, 24)
WORDS = ("as_of", "state", "overall", "summary", "dimensions", "next_steps", "forecast", "finish_forecast")


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The whole sample, planted once and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield plant(actor=User.objects.system(), today=DAY)
        transaction.set_rollback(True)


def fingerprint() -> str:
    """A digest of what people read, without keys and instants."""
    reports = StatusReport.objects.order_by("project__code", "number", "edition").values_list("project__code", *WORDS)
    projects = Project.objects.order_by("code").values_list(
        "code", "name", "manager__username", "budget", "status_strip"
    )
    return hashlib.sha256(repr((list(projects), list(reports))).encode()).hexdigest()


def planted_and_undone(today: date) -> str:
    with transaction.atomic():
        plant(actor=User.objects.system(), today=today, size=12)
        found = fingerprint()
        transaction.set_rollback(True)
    return found


def test_the_same_day_gives_the_same_sample_and_another_day_another():
    first, again, later = (planted_and_undone(day) for day in (DAY, DAY, date(2027, 2, 28)))
    assert first == again != later


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(2026, 11, 27)])
def test_any_day_can_be_the_first(today):
    assert planted_and_undone(today)
    assert not Project.objects.exists()


def test_a_larger_sample_has_more_people_and_talk_and_can_be_added_to():
    with transaction.atomic():
        first = plant(actor=User.objects.system(), today=DAY, size=74)
        assert (first.people, Project.objects.count()) == (38, 74)
        assert ActionItem.objects.filter(parent_type="portfolio.project").count() > 2 * 70
        assert set(Comment.objects.exclude(parent=None).values_list("parent__author__username", flat=True)) == {
            "portfolio"
        }
        again = plant(actor=User.objects.system(), today=DAY, size=10, append=True)
        assert (again.projects, Project.objects.values("name").distinct().count()) == (10, 84)
        assert list(Project.objects.order_by("-code").values_list("code", flat=True)[:1]) == ["PRJ-0084"]
        assert following.differences() == {}
        transaction.set_rollback(True)


def test_the_history_of_a_large_sample_names_who_planted_it():
    with transaction.atomic():
        plant(actor=User.objects.system(), today=DAY, size=61)
        events = event_model_of(StatusReport).objects
        assert events.count() >= StatusReport.objects.count()
        assert set(events.values_list("pgh_context__metadata__actor", flat=True)) == {User.objects.system().pk}
        transaction.set_rollback(True)


def test_the_sample_is_as_large_as_promised(sample):
    assert (sample.projects, Project.objects.count()) == (60, 60)
    assert sample.reports > 900
    assert Project.objects.values("portfolio").distinct().count() == 3
    assert Project.objects.exclude(programme=None).values("programme").distinct().count() == 8
    assert Project.objects.filter(confidential=True).count() == 2


def test_every_report_that_was_submitted_is_complete_and_lies_in_the_past(sample):
    for report in StatusReport.objects.exclude(state="draft").prefetch_related("decisions"):
        assert rules.gaps(content_of(report)) == [], report
        assert report.submitted_at.date() < DAY
        assert report.as_of <= report.submitted_at.date()
        assert report.published_at is None or report.submitted_at <= report.published_at


def test_nobody_published_his_own_report(sample):
    for report in StatusReport.objects.filter(state="published"):
        assert report.published_by_id not in (report.author_id, report.submitted_by_id)


def test_the_standing_of_each_project_is_that_of_its_last_report(sample):
    latest = {report.project_id: report for report in queries.latest_at(DAY, Project.objects.all())}
    for project in Project.objects.all():
        report = latest.get(project.pk)
        assert project.status_overall == (report.overall if report else "")


@pytest.mark.parametrize(
    ("name", "projects", "late", "to_check"),
    [
        ("director", 58, 9, 3),
        ("portfolio", 42, 8, 3),
        ("alice", 4, 2, 0),
        ("bob", 6, 2, 0),
        ("analyst", 58, 9, 3),
        ("executive", 42, 8, 0),
        ("resources", 18, 2, 0),
        ("member", 3, 1, 0),
        ("sysadmin", 0, 0, 0),
    ],
)
def test_each_role_has_its_projects_and_its_work(name, projects, late, to_check, sample):
    user = User.objects.get(username=name)
    assert Project.objects.visible_to(user).count() == projects
    assert Project.objects.visible_to(user).filter(queries.late_filter(DAY, 0)).count() == late
    assert queries.to_check(user).count() == to_check


def test_there_is_something_of_everything(sample):
    states = set(StatusReport.objects.values_list("state", flat=True))
    assert states == {"draft", "submitted", "returned", "published", "superseded"}
    assert set(Project.objects.values_list("state", flat=True)) == {"active", "on_hold", "closed", "cancelled"}
    assert Project.objects.filter(budget=None).count() == 2
    assert Project.objects.filter(state="active", status_overall="", manager=None).count() == 1
    assert Project.objects.filter(status_unchanged__gte=3, state="active").count() >= 3
    assert queries.decisions_needed(DAY, Project.objects.all()).count() >= 10
    assert DecisionNeeded.objects.filter(needed_by__gt=DAY).exists()
    assert max(len(name) for name in Project.objects.values_list("name", flat=True)) > 90


def test_the_second_edition_says_what_it_corrects(sample):
    second = StatusReport.objects.get(edition=2)
    assert second.corrects.state == "superseded"
    assert second.correction_reason
    assert second.forecast != second.corrects.forecast


def test_everything_was_planted_by_the_system_and_is_marked_as_sample(sample):
    assert set(Record.objects.filter(verb="status.publish").values_list("source", flat=True)) == {"sample"}


@pytest.mark.parametrize("person", [person for person in CAST if person.signs_in], ids=lambda person: person.username)
def test_the_sample_people_sign_in_with_the_printed_password(person, sample, rf):
    user = User.objects.get(username=person.username)
    assert user.check_password(f"demo-{person.username}")
    assert authenticate(rf.post("/"), username=person.username, password="wrong") is None


def test_a_system_with_projects_takes_no_sample(sample):
    with pytest.raises(WrongState, match="There are projects already"):
        plant(actor=User.objects.system(), today=DAY)


def test_a_production_system_takes_no_sample(settings):
    settings.PRODUCTION = True
    with pytest.raises(WrongState, match="A production system takes no sample data"):
        plant(actor=User.objects.system(), today=DAY)
