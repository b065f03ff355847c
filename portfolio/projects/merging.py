"""Brings rows that were downloaded to be edited together with what others changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone

from pmo.access.models import User
from pmo.audit.tracking import event_model_of
from pmo.exchange.rules.plans import MINE, REFUSED, THEIRS, UNCHANGED, UPDATED, Choice, Message, error, note
from pmo.exchange.rules.sentence import gettext_noop
from pmo.exchange.rules.sentence import sentence as _
from pmo.fields.offers import COLUMN
from pmo.fields.writing import PREFIX
from portfolio.projects.models import Project
from portfolio.projects.rules.merging import Merge, merge
from portfolio.projects.rules.rows import ROW_VERSION, ProjectRow


@dataclass(frozen=True)
class Past:
    """A project as it was at a version, what happened to it since (oldest first), and who acted, by id."""

    then: Model | None
    later: Sequence[Any]
    people: Mapping[int, str]

    def changed_by(self, name: str) -> tuple[str, str]:
        """Who last changed a field since, and when; empty when nobody is known."""
        before, found = self.then, None
        for event in self.later:
            if before is None or held(event, name) != held(before, name):
                found = event
            before = event
        return self._signature(found) if found is not None else ("", "")

    def _signature(self, event: Any) -> tuple[str, str]:
        metadata = event.pgh_context.metadata if event.pgh_context else {}
        at = timezone.localtime(event.pgh_created_at)
        return self.people.get(metadata.get("actor", 0), ""), f"{at:%Y-%m-%d %H:%M}"


def _attribute(name: str) -> str:
    return str(Project._meta.get_field(name).attname)  # type: ignore[union-attr]


def pasts_of(wanted: Mapping[int, int]) -> dict[int, Past]:
    """The pasts of projects by id at the versions that were downloaded; two queries for any number."""
    events: dict[int, list[Any]] = {}
    rows: Any = event_model_of(Project)._default_manager.filter(pgh_obj_id__in=list(wanted))
    for event in rows.select_related("pgh_context").order_by("pgh_id"):
        events.setdefault(event.pgh_obj_id, []).append(event)
    people = _people(event for found in events.values() for event in found)
    return {pk: _past(events.get(pk, []), version, people) for pk, version in wanted.items()}


def _past(events: Sequence[Any], version: int, people: Mapping[int, str]) -> Past:
    then = next((event for event in reversed(events) if event.version == version), None)
    later = [event for event in events if then is not None and event.pgh_id > then.pgh_id]
    return Past(then, later, people)


def _people(events: Iterable[Any]) -> dict[int, str]:
    ids = {event.pgh_context.metadata.get("actor") for event in events if event.pgh_context}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids - {None})}


def wrong_version(row: ProjectRow, project: Project | None, past: Past | None) -> list[Message]:
    """What is wrong with the version that a row claims."""
    if row.version is None:
        return []
    if project is None:
        remedy = _("A code never changes. Correct it, or empty the cell “Row version” to make a new project.")
        return [error(ROW_VERSION, str(row.version), _("No project has this code."), remedy)]
    if row.version > project.version or (row.version < project.version and (past is None or past.then is None)):
        remedy = _("Download the list again and make your changes there.")
        return [error(ROW_VERSION, str(row.version), _("This version of the row is not known here."), remedy)]
    return []


def merged(said: Mapping[str, Any], project: Project, past: Past | None) -> Merge:
    """The values of a row that its person changed; related objects count as the same when their ids are."""
    now = {name: held(project, name) for name in said}
    then = now if past is None or past.then is None else {name: held(past.then, name) for name in said}
    bare = {name: _bare(value) for name, value in said.items()}
    found = merge(bare, then, now)
    return Merge({n: said[n] for n in found.mine}, {n: said[n] for n in found.conflicts})


def held(obj: Any, name: str) -> Any:
    """What a project, or a past state of it, holds under the name of a column; related objects by id."""
    if name.startswith(PREFIX):
        return getattr(obj, COLUMN).get(name.removeprefix(PREFIX))
    return getattr(obj, _attribute(name))


def _bare(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def conflict_notes(found: Merge, past: Past, words: Mapping[str, tuple[str, str]]) -> list[Message]:
    """For each cell that two people changed: who, when, to what, and what the file says; `words` are now and mine."""
    return [_conflict_note(name, past, *words[name]) for name in found.conflicts]


def _conflict_note(name: str, past: Past, now: str, mine: str) -> Message:
    person, day = past.changed_by(name)
    words = {"now": now or "–", "mine": mine or "–", "day": day}
    reason = (
        _("%(person)s changed this to %(now)s on %(day)s; your file says %(mine)s.", person=person, **words)
        if person
        else _("This was changed to %(now)s on %(day)s; your file says %(mine)s.", **words)
    )
    return note(name, mine, reason)


def choices_of(found: Merge) -> tuple[Choice, ...]:
    """The two ways out of a conflict, and what becomes of the row by each."""
    theirs = UPDATED if found.mine else UNCHANGED
    return (
        Choice(MINE, gettext_noop("Take the values of my file"), 1.0, outcome=UPDATED),
        Choice(THEIRS, gettext_noop("Leave the values that stand now"), 1.0, outcome=theirs),
    )


def outcome_of(found: Merge, answer: str) -> str:
    """What becomes of a row, as far as its conflicts are settled."""
    if not found.conflicts:
        return UPDATED if found.mine else UNCHANGED
    if answer not in (MINE, THEIRS):
        return REFUSED
    return UPDATED if found.settled(keep_mine=answer == MINE) else UNCHANGED
