"""Tells at start what a register forgot, and how that is mended, before anybody misses it in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured

from pmo.access.offers import SCOPES
from pmo.access.permissions import PERMISSIONS
from pmo.audit.tracking import event_model_of
from pmo.registers.declaring import Register


def insist_sound(register: Register) -> None:
    """Raises ImproperlyConfigured with everything that the declaration lacks."""
    found = list(_missing_fields(register)) or [*_of_model(register), *_of_life(register), *_of_rights(register)]
    if found:
        told = "\n".join(f"  - {each}" for each in found)
        raise ImproperlyConfigured(f"The register {register.model.__name__} is not whole:\n{told}")


def _missing_fields(register: Register) -> Iterator[str]:
    for name in ("state", "name", register.parent, register.owner, register.due, *register.fields):
        try:
            register.model._meta.get_field(name)
        except FieldDoesNotExist:
            yield f"The model has no field “{name}”; add it, or say in the Register what it is called."


def _of_model(register: Register) -> Iterator[str]:
    model, app = register.model, register.app
    try:
        event_model_of(model)
    except LookupError:
        yield "It keeps no history; write @tracked() above the class."
    if not hasattr(apps.get_app_config(app).models_module, model.__name__):
        yield f"Name the model in {app}/models.py: found later than the others, it would leave no history."
    if register.field("state").editable:
        yield "The state can be typed; give the field editable=False, steps change it."


def _of_life(register: Register) -> Iterator[str]:
    flow, states = register.flow, set(register.states)
    if set(flow.states) != states:
        yield f"The flow knows {', '.join(flow.states)}, the field “state” {', '.join(sorted(states))}; make them one."
    if register.field("state").get_default() != flow.initial:
        yield f"A new one must begin as “{flow.initial}”; make that the default of the field “state”."
    for verb in register.verbs:
        if verb not in register.steps:
            yield f"The step “{verb}” has no words; add it to steps."
    for verb in (*register.steps, *register.guards):
        if verb not in register.verbs:
            yield f"No step of the flow is called “{verb}”; its verbs are {', '.join(register.verbs)}."
    for state in register.tones:
        if state not in states:
            yield f"tones names the state “{state}”, which the model does not know."


def _of_rights(register: Register) -> Iterator[str]:
    if SCOPES.find(register.parent_model) is None:
        yield f"Access knows no scope of {register.parent_model.__name__}; call join() after SCOPES.add() of it."
    for step in register.flow.steps:
        if step.permission not in (register.edit, *PERMISSIONS):
            yield f"The step “{step.verb}” asks for “{step.permission}”; write “{register.edit}”."
    written = "".join(path.read_text(encoding="utf-8") for path in migrations_of(register)).replace("'", '"')
    if f'name="{register.model.__name__}"' in written and f'"{register.view}"' not in written:
        yield (
            f"No migration brings its permissions to roles that are there already; add the operation "
            f'granting("{register.view}", "{register.edit}") of pmo.access.roles to the one that makes the table.'
        )


def migrations_of(register: Register) -> list[Path]:
    """The migrations of its app."""
    return sorted((Path(apps.get_app_config(register.app).path) / "migrations").glob("0*.py"))
