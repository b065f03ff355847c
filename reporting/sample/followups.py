"""Action items of a working office: some late, some due, some done, on projects and standing free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pmo.access.models import User
from pmo.followups import actions
from pmo.followups.models import ActionItem
from portfolio.projects.models import Project

High, Normal, Low = ActionItem.Priority
Meeting, Risk, Lesson, Coaching, Other = ActionItem.Source


@dataclass(frozen=True)
class Planned:
    """One action item: who owes it to whom, in how many days, and on which of the owner's projects."""

    title: str
    owner: str
    asker: str
    days: int
    priority: int = Normal
    source: str = Meeting
    free: bool = False
    ends: str = ""
    details: str = ""


ITEMS: Sequence[Planned] = (
    Planned(
        "Agree the closure dates with the bus operators",
        "alice",
        "portfolio",
        -3,
        High,
        details="They need twelve weeks' notice. Bring the plan of the detours and the dates of the school holidays.",
    ),
    Planned("Send the revised cost plan to finance", "alice", "analyst", 2, Normal, Other),
    Planned("Name a deputy for the site manager", "alice", "alice", 6, Normal, Risk, ends="start"),
    Planned("Close the open points of the safety audit", "bob", "portfolio", -1, High, Risk),
    Planned("Ask the supplier for the test protocols", "bob", "bob", 4, ends="start"),
    Planned("Write down what the tender taught us", "bob", "analyst", 12, Low, Lesson),
    Planned("Prepare the papers for the investment board", "analyst", "director", 3, High, free=True),
    Planned("Tidy the list of report recipients", "analyst", "analyst", 9, Low, Other, free=True),
    Planned("Show two new managers how to write a report", "analyst", "director", 5, Normal, Coaching, free=True),
    Planned("Book the room for the next portfolio board", "administrator", "director", -8, free=True, ends="complete"),
    Planned("Update the contact list of the districts", "alice", "administrator", -12, Low, Other, ends="complete"),
    Planned("Compare the offers for the survey drones", "bob", "portfolio", -5, Low, Other, ends="cancel"),
)


def plant_action_items(users: Mapping[str, User], today: date) -> int:
    """Raise them all as their askers would; returns how many."""
    for planned in ITEMS:
        _end(planned, _raise(planned, users, today), users)
    return len(ITEMS)


def _raise(planned: Planned, users: Mapping[str, User], today: date) -> ActionItem:
    owner = users[planned.owner]
    project = None if planned.free else Project.objects.reporting().filter(manager=owner).order_by("code").first()
    item = ActionItem(
        title=planned.title,
        details=planned.details,
        owner=owner,
        created_by=users[planned.asker],
        due_on=today + timedelta(days=planned.days),
        priority=planned.priority,
        source=planned.source,
    )
    if project is not None:
        item.parent_type, item.parent_id = project._meta.label_lower, project.pk
    item.save()
    return item


def _end(planned: Planned, item: ActionItem, users: Mapping[str, User]) -> None:
    """Move it on as its owner would."""
    owner = users[planned.owner]
    if planned.ends == "start":
        actions.start(item.pk, actor=owner)
    elif planned.ends == "complete":
        actions.complete(item.pk, actor=owner, note="Done.")
    elif planned.ends == "cancel":
        actions.cancel(item.pk, "The survey is done by the districts themselves.", actor=owner)
