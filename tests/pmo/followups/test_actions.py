"""Who raises, changes and closes action items, and what happens to them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from pmo.audit.models import Record
from pmo.followups import actions, holdings
from pmo.followups.models import ActionItem
from pmo.kernel.errors import Broken, Invalid, NotVisible, Refused, Stale, WrongState
from pmo.notices.models import Message

pytestmark = pytest.mark.django_db


def raised(cast, world, by="alice", owner="alice", on="N-1", **fields) -> ActionItem:
    parent = world.projects[on] if on else None
    who = {"owner": getattr(cast, owner), "actor": getattr(cast, by)}
    return actions.raise_item(**{"title": "Order steel", "parent": parent, **who, **fields})


def test_an_action_item_goes_from_open_over_in_progress_to_done_and_back(cast, world):
    item = raised(cast, world)
    item = actions.start(item.pk, actor=cast.alice, version=1)
    item = actions.complete(item.pk, actor=cast.alice, note="Delivered.")
    assert (item.state, item.comment, item.closed_at is not None, item.version) == ("done", "Delivered.", True, 3)
    item = actions.reopen(item.pk, "Wrong grade", actor=cast.alice)
    assert (item.state, item.closed_at) == ("open", None)
    verbs = Record.objects.filter(object_type="followups.actionitem").order_by("id").values_list("verb", "note")
    assert list(verbs) == [
        ("action.raise", ""),
        ("action.edit", ""),
        ("action.edit", "Delivered."),
        ("action.edit", "Wrong grade"),
    ]


@pytest.mark.parametrize(("due", "state", "late"), [(-1, "open", True), (0, "open", False), (-1, "done", False)])
def test_an_open_item_is_late_from_the_day_after_it_was_due(due, state, late):
    today = date(2026, 11, 24)
    assert ActionItem(due_on=today + timedelta(days=due), state=state).is_late(today) is late


@pytest.mark.parametrize("verb", [actions.cancel, actions.reopen])
def test_cancelling_and_reopening_need_a_reason(verb, cast, world):
    item = raised(cast, world)
    if verb is actions.reopen:
        actions.complete(item.pk, actor=cast.alice)
    with pytest.raises(Broken) as refused:
        verb(item.pk, " ", actor=cast.alice)
    assert list(refused.value.errors) == ["note"]


def test_what_is_closed_is_neither_changed_nor_done_again(cast, world):
    item = raised(cast, world)
    actions.cancel(item.pk, "No longer needed", actor=cast.alice)
    with pytest.raises(WrongState):
        actions.complete(item.pk, actor=cast.alice)
    with pytest.raises(WrongState):
        actions.edit_item(item.pk, {"title": "x"}, actor=cast.alice)


@pytest.mark.parametrize(
    ("who", "error"),
    [("director", Refused), ("analyst", Refused), ("member", Refused), ("bob", NotVisible), ("stranger", NotVisible)],
)
def test_only_who_answers_for_the_project_or_the_item_changes_it(who, error, cast, world):
    item = raised(cast, world)
    with pytest.raises(error):
        actions.complete(item.pk, actor=getattr(cast, who))


@pytest.mark.parametrize("who", ["alice", "portfolio", "administrator", "member"])
def test_the_owner_does_it_whatever_else_he_may(who, cast, world):
    item = raised(cast, world, owner="member")
    assert actions.complete(item.pk, actor=getattr(cast, who)).state == "done"


def test_nobody_raises_an_action_item_on_what_he_does_not_see_or_may_not_work_on(cast, world):
    with pytest.raises(NotVisible):
        raised(cast, world, by="bob")
    with pytest.raises(Refused):
        raised(cast, world, by="executive", on=None)


def test_one_that_stands_free_is_seen_by_its_owner_and_its_author_alone(cast, world):
    item = raised(cast, world, owner="bob", on=None)
    seen = [name for name in vars(cast) if ActionItem.objects.visible_to(getattr(cast, name)).exists()]
    assert sorted(seen) == ["alice", "bob"]
    assert item.parent_id is None


def test_one_on_a_confidential_project_is_seen_by_those_named_there_and_by_who_owns_it(cast, world):
    raised(cast, world, on="N-4", owner="bob")
    seen = [name for name in vars(cast) if ActionItem.objects.visible_to(getattr(cast, name)).exists()]
    assert sorted(seen) == ["alice", "bob"]


def test_a_stale_edit_is_refused_and_nonsense_named_by_field(cast, world):
    item = raised(cast, world)
    actions.set_due(item.pk, due_on=timezone.localdate(), actor=cast.alice, version=1)
    with pytest.raises(Stale):
        actions.edit_item(item.pk, {"title": "Mine"}, actor=cast.alice, version=1)
    with pytest.raises(Invalid) as refused:
        actions.edit_item(item.pk, {"title": "", "priority": 9}, actor=cast.alice)
    assert sorted(refused.value.errors) == ["priority", "title"]


def test_work_is_given_only_to_people_who_work_here(cast, world):
    with pytest.raises(Broken):
        raised(cast, world, owner="robot")
    item = raised(cast, world)
    cast.bob.is_active = False
    cast.bob.save()
    with pytest.raises(Broken):
        actions.assign(item.pk, owner=cast.bob, actor=cast.alice)


def test_who_gets_an_item_is_told_and_who_gives_it_to_himself_is_not(cast, world):
    raised(cast, world)
    assert not Message.objects.exists()
    item = raised(cast, world, owner="bob")
    actions.assign(item.pk, owner=cast.member, actor=cast.alice)
    sent = Message.objects.order_by("pk").values_list("task", "arguments")
    assert list(sent) == [
        ("followups.tell_owner", [item.pk, 1, cast.alice.pk]),
        ("followups.tell_owner", [item.pk, 2, cast.alice.pk]),
    ]


def test_open_items_go_to_the_heir_of_who_leaves_and_done_ones_stay(cast, world):
    done = raised(cast, world, title="Done")
    actions.complete(done.pk, actor=cast.alice)
    raised(cast, world)
    assert holdings.hand_over(cast.alice, cast.bob, actor=cast.sysadmin) == 1
    assert dict(ActionItem.objects.values_list("title", "owner__username")) == {"Done": "alice", "Order steel": "bob"}
