"""Reminders of action items: the right person, once per occasion."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pmo.followups import actions, tasks
from pmo.notices import actions as notices
from pmo.notices.models import Letter, Notice
from tests.pmo.followups.test_actions import raised

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return sorted(Notice.objects.values_list("user__username", flat=True))


@pytest.mark.parametrize(
    ("days", "people"),
    [(2, []), (1, ["bob"]), (0, ["bob"]), (-1, []), (-3, ["alice", "bob"]), (-4, [])],
)
def test_the_owner_is_reminded_and_at_last_who_asked_for_it_too(days, people, cast, world):
    raised(cast, world, owner="bob", due_on=world.today + timedelta(days=days))
    tasks.remind()
    tasks.remind()
    assert told() == people


def test_nobody_is_reminded_of_what_is_done(cast, world):
    item = raised(cast, world, due_on=world.today)
    actions.complete(item.pk, actor=cast.alice)
    tasks.remind()
    assert told() == []


def test_the_new_owner_reads_who_asks_him_for_what_until_when_at_once_by_mail(cast, world):
    item = raised(cast, world, owner="bob", due_on=world.today)
    tasks.tell_owner(item.pk, item.version, cast.alice.pk)
    tasks.tell_owner(item.pk, item.version, cast.alice.pk)
    notice = Notice.objects.get()
    assert notice.text.startswith("Alice Small asks you to do this by ")
    assert notice.text.endswith(": Order steel")
    assert Letter.objects.get().notice == notice


def test_both_sides_hear_what_became_of_it_except_who_did_it(cast, world):
    item = raised(cast, world, owner="member")
    item = actions.complete(item.pk, actor=cast.portfolio)
    tasks.tell_move(item.pk, item.version, cast.portfolio.pk, "complete")
    assert told() == ["alice", "member"]
    assert Notice.objects.first().text == "Portfolio Small has done: Order steel"


def test_a_deputy_is_reminded_of_what_he_may_see_and_of_nothing_else(cast, world):
    notices.go_away(starts_on=world.today, ends_on=world.today, deputy=cast.portfolio, actor=cast.alice)
    raised(cast, world, due_on=world.today)
    raised(cast, world, on=None, due_on=world.today, title="Private")
    tasks.remind()
    assert list(Notice.objects.filter(user=cast.portfolio).values_list("text", flat=True)) == ["Due today: Order steel"]


def test_tasks_about_what_is_gone_do_nothing(cast):
    tasks.tell_owner(0, 1, cast.alice.pk)
    tasks.tell_move(0, 1, cast.alice.pk, "start")
    assert told() == []
