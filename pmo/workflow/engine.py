"""Moves objects through their flow: one check of state, right, guards and segregation of duties for every register."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import can, insist, principals
from pmo.access.preferences import within_sentence
from pmo.audit.records import principals_in, record
from pmo.kernel.errors import Broken, WrongState
from pmo.kernel.transitions import Flow, Step
from pmo.kernel.verdict import Verdict, no, refusals
from pmo.organisation.queries import house_today
from pmo.workflow.models import Transition

Guard = Callable[[Any], Verdict]


def may(obj: Any, verb: str, actor: User, flow: Flow, guards: Iterable[Guard] = ()) -> Verdict:
    """Whether the actor may take the step now; the same verdict stops the action and explains the button."""
    step = flow.find(obj.state, verb)
    if step is None:
        return no(_impossible(obj))
    permitted = permission(obj, step, actor)
    if not permitted:
        return permitted
    return next(iter(refusals(guard(obj) for guard in guards)), permitted)


def permission(obj: Any, step: Step, actor: User) -> Verdict:
    """Right and segregation of duties of one step."""
    verdict = can(actor, step.permission, obj, view="project.view")
    return verdict if not verdict or not step.not_by else _by_another(obj, step, actor, verdict)


def _by_another(obj: Any, step: Step, actor: User, verdict: Verdict) -> Verdict:
    """Segregation of duties: not by those who did the work, nor by those for whom they did, nor by their delegates."""
    workers = {pk for name in step.not_by for pk in _people(obj, name) if pk is not None}
    involved = workers | principals_in(obj, workers)
    if actor.pk in involved:
        return no(_("Nobody may do this to his own work; another person must."))
    if principals(actor) & involved:
        return no(_("You act on behalf of somebody who worked on this; another person must do it."))
    return verdict


def _people(obj: Any, name: str) -> Collection[int | None]:
    """The ids of the one person, or of the several (`writers`: `writer_ids`), whom an attribute names."""
    several: Collection[int | None] | None = getattr(obj, f"{name.removesuffix('s')}_ids", None)
    return several if several is not None else (getattr(obj, f"{name}_id", None),)


def _display(obj: Any) -> str:
    display = getattr(obj, "get_state_display", None)
    return within_sentence(display()) if display else str(obj.state)


def move(obj: Any, verb: str, *, actor: User, flow: Flow, note: str = "", guards: Iterable[Guard] = ()) -> Step:
    """Take the step on a locked object: sets `state` (the caller saves), logs the transition, keeps the record.

    Raises in the order of the doors: NotVisible, Refused, WrongState with all open guards, Broken when a note lacks.
    """
    step = begin(obj, verb, actor=actor, flow=flow)
    _check_guards(obj, guards)
    if step.needs_note and not note.strip():
        raise Broken(_("Say why."), field="note")
    _log(obj, step, actor, flow, note)
    obj.state = step.target
    return step


def begin(obj: Any, verb: str, *, actor: User, flow: Flow) -> Step:
    """The step, when right and state allow it; doors ask before they read what was sent. Raises as `move` does."""
    insist_permitted(obj, verb, actor=actor, flow=flow)
    return possible(obj, verb, flow=flow)


def insist_permitted(obj: Any, verb: str, *, actor: User, flow: Flow) -> None:
    """The right alone, also while the state does not allow the step: some doors ask for more in between."""
    step = flow.find(obj.state, verb) or next(each for each in flow.steps if each.verb == verb)
    insist(permission(obj, step, actor))


def possible(obj: Any, verb: str, *, flow: Flow) -> Step:
    """The step that the state allows; WrongState when it allows none."""
    step = flow.find(obj.state, verb)
    if step is None:
        raise WrongState(_impossible(obj))
    return step


def _impossible(obj: Any) -> str:
    return _("Not possible while this is %(state)s.") % {"state": _display(obj)}


def _check_guards(obj: Any, guards: Iterable[Guard]) -> None:
    missing = refusals(guard(obj) for guard in guards)
    if missing:
        raise WrongState(" ".join(verdict.reason for verdict in missing), missing)


def _log(obj: models.Model, step: Step, actor: User, flow: Flow, note: str) -> None:
    Transition.objects.create(
        flow=flow.name,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        verb=step.verb,
        source=step.source,
        target=step.target,
        actor=actor,
        note=note,
        due_on=due_on(flow, step.target, house_today()),
    )
    record(actor, step.permission, obj, note=note, changes={"state": [step.source, step.target]})


def due_on(flow: Flow, state: str, today: date) -> date | None:
    """When an object that enters `state` today must have left it."""
    days = flow.due_days.get(state)
    return None if days is None else today + timedelta(days=days)
