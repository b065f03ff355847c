"""What people say and promise around the projects of a large sample: comments, action items, notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from pmo.access.models import User
from pmo.attachments.models import Comment
from pmo.followups.models import ActionItem
from pmo.notices.models import Notice
from portfolio.projects.models import Project

QUESTIONS = (
    "The forecast of **{name}** moved since our last talk. Is the new date agreed with the sponsor?",
    "Please add the result of the last steering meeting before the next report.",
    "The district asks when the works begin. May we publish the date?",
    "Finance needs the split of the remaining budget by the end of the month.",
    "Which of the open risks should the board hear about?",
)
ANSWERS = (
    "Yes, agreed on Tuesday; the letter follows.",
    "It is in the draft of the next report.",
    "Not before the permit is in our hands.",
    "Sent this morning, with the invoices that are still open.",
    "Only the one about the supplier; the others are covered.",
)
PROMISES = (
    "Agree the next milestone of {name} with the sponsor",
    "Send the revised cost plan of {name} to finance",
    "Close the open points of the last inspection",
    "Name a deputy for the site manager",
    "Bring the list of open orders to the next meeting",
    "Ask the supplier for the test protocols of {name}",
    "Update the plan of procurement",
)
PRIORITIES = (ActionItem.Priority.NORMAL, ActionItem.Priority.HIGH, ActionItem.Priority.NORMAL, ActionItem.Priority.LOW)
BATCH = 1000


def plant_talk(projects: Iterable[Project], users: Mapping[str, User], today: date) -> None:
    """Comments with answers on two of three projects, two action items and a notice on each that has a manager."""
    led = [(turn, project) for turn, project in enumerate(projects) if project.manager is not None]
    asker = users["portfolio"]
    _converse([(turn, project) for turn, project in led if turn % 3], asker, today)
    ActionItem.objects.bulk_create(
        (item for turn, project in led for item in _promises(turn, project, asker, today)), batch_size=BATCH
    )
    Notice.objects.bulk_create((_notice(turn, project, today) for turn, project in led), batch_size=BATCH)


def _at(day: date, turn: int) -> datetime:
    return datetime.combine(day, time(7 + turn % 9, turn * 7 % 60), UTC)


def _converse(led: Sequence[tuple[int, Project]], asker: User, today: date) -> None:
    asked = Comment.objects.bulk_create(
        (_comment(project, asker, QUESTIONS[turn % 5], _at(today - timedelta(days=2 + turn % 60), turn), None)
         for turn, project in led), batch_size=BATCH,
    )  # fmt: skip
    Comment.objects.bulk_create(
        (_comment(project, _manager(project), ANSWERS[turn % 5], question.created_at + timedelta(hours=3), question)
         for (turn, project), question in zip(led, asked, strict=True) if turn % 2), batch_size=BATCH,
    )  # fmt: skip


def _manager(project: Project) -> User:
    assert project.manager is not None
    return project.manager


def _comment(project: Project, author: User, text: str, at: datetime, parent: Comment | None) -> Comment:
    return Comment(
        object_type=project._meta.label_lower,
        object_id=project.pk,
        author=author,
        text=text.format(name=project.name),
        parent=parent,
        created_at=at,
    )


def _promises(turn: int, project: Project, asker: User, today: date) -> Iterable[ActionItem]:
    """One that is open, late on every fifth project, and one that is done."""
    due = today + timedelta(days=turn % 5 * 6 - 3)
    yield _promise(turn, project, asker, due, ActionItem.State.OPEN if turn % 3 else ActionItem.State.IN_PROGRESS, None)
    done = today - timedelta(days=5 + turn % 90)
    yield _promise(turn + 3, project, asker, done, ActionItem.State.DONE, _at(done - timedelta(days=1), turn))


def _promise(turn: int, project: Project, asker: User, due: date, state: str, closed_at: datetime | None) -> ActionItem:
    return ActionItem(
        title=PROMISES[turn % len(PROMISES)].format(name=project.label)[:200],
        owner=_manager(project),
        created_by=asker,
        due_on=due,
        state=state,
        priority=PRIORITIES[turn % len(PRIORITIES)],
        source=ActionItem.Source.MEETING,
        parent_type=project._meta.label_lower,
        parent_id=project.pk,
        closed_at=closed_at,
    )


def _notice(turn: int, project: Project, today: date) -> Notice:
    """The manager was told that his report was published; every fourth has not read it yet."""
    at = _at(today - timedelta(days=1 + turn % 20), turn)
    return Notice(
        user=_manager(project),
        kind="status",
        text=f"Your report of {project.label} was published."[:300],
        url=project.get_absolute_url(),
        key=f"sample-{project.pk}",
        created_at=at,
        read_at=None if turn % 4 == 0 else at + timedelta(hours=5),
    )
