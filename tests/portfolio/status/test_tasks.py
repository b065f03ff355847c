"""Reminders and notices: the right person, once per occasion."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pmo.notices.models import Notice
from portfolio.projects.models import Project
from portfolio.status import actions, tasks
from tests.portfolio.status.writing import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_one_project_is_due(world):
    Project.objects.update(report_due_on=None)


@pytest.mark.parametrize(
    ("days", "told"),
    [(2, ["alice"]), (1, []), (0, ["alice"]), (-1, ["alice"]), (-2, []), (-3, ["portfolio"])],
)
def test_reminders_reach_the_manager_and_at_last_the_portfolio_manager(days, told, world):
    Project.objects.filter(code="N-1").update(report_due_on=world.today + timedelta(days=days))
    tasks.remind()
    tasks.remind()
    assert list(Notice.objects.values_list("user__username", flat=True)) == told


def test_nobody_is_reminded_of_a_report_that_is_submitted(world):
    submitted(world, "N-3", "alice")
    Project.objects.filter(code="N-3").update(report_due_on=world.today)
    tasks.remind()
    assert not Notice.objects.exists()


def test_all_who_may_publish_are_told_that_a_report_waits_except_its_author(world):
    report = submitted(world, "N-3", "alice")
    tasks.tell_checkers(report.pk)
    tasks.tell_checkers(report.pk)
    told = Notice.objects.values_list("user__username", flat=True)
    assert sorted(told) == ["analyst", "director", "portfolio"]


def test_the_author_is_told_that_his_report_came_back(world, cast):
    report = submitted(world, "N-3", "alice")
    actions.send_back(report.pk, "Why?", actor=cast.analyst)
    tasks.tell_author(report.pk, "returned")
    notice = Notice.objects.get()
    assert (notice.user, notice.text) == (cast.alice, "Report 1 of N-3 was returned to you.")


def test_a_manager_is_asked_for_a_report_at_most_once_a_day(world, cast):
    project = world.projects["N-1"]
    for day in ("2026-11-27", "2026-11-27", "2026-11-28"):
        tasks.tell_manager(project.pk, cast.analyst.pk, day)
    assert Notice.objects.filter(user=cast.alice).count() == 2


def test_tasks_about_what_is_gone_do_nothing(world):
    tasks.tell_checkers(0)
    tasks.tell_author(0, "returned")
    tasks.tell_manager(0, 0, "2026-11-27")
    assert not Notice.objects.exists()
