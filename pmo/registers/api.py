"""The REST door of every register: list, one entry, create, change, its verbs, history and the past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from pmo.access.policy import require
from pmo.registers import actions
from pmo.registers.declaring import REGISTERS, Register
from pmo.registers.tables import filters_of
from pmo.rest.bodies import Body, Note
from pmo.rest.custom import WithCustomFields
from pmo.rest.deriving import body_of, shape_of
from pmo.rest.histories import WithHistory
from pmo.rest.viewsets import verb as posted
from pmo.ui.custom_lists import asked_for
from pmo.workflow import engine


class EntryApi(WithHistory, WithCustomFields):
    """Base of the door of one register; `register` and what is derived from it are set by `door_of`."""

    register: ClassVar[Register]
    new_body: ClassVar[type[Body]]
    edit_body: ClassVar[type[Body]]
    listing = staticmethod(asked_for)  # type: ignore[assignment]
    keeps_history = True

    def create(self, request: Request) -> Response:
        """Write an entry down."""
        require(self.actor, self.register.edit)
        return self.created(actions.write_down(self.register, self.body(self.new_body), actor=self.actor))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what an open entry says."""
        entry = self.subject(self.register.edit)
        actions.insist_open(self.register, entry)
        changes = self.body(self.edit_body, partial=True)
        return self.changed(actions.change(self.register, entry, changes, actor=self.actor, version=entry.version))

    def take(self, verb: str) -> Response:
        """One step of the entry's life."""
        register, entry = self.register, self.subject(self.register.edit)
        engine.begin(entry, verb, actor=self.actor, flow=register.flow)
        note = self.body(Note)["note"]
        return self.changed(actions.step(register, entry.pk, verb, actor=self.actor, version=entry.version, note=note))


def door_of(register: Register) -> type[EntryApi]:
    """The viewset of one register."""
    model, noun = register.model, register.noun
    shape = shape_of(model, (register.parent, *register.fields, "state"), custom=noun)
    new = body_of(model, (register.parent, *register.fields), custom=noun, prefix="New")
    edit = body_of(model, register.fields, custom=noun)
    own: dict[str, Any] = {
        "__doc__": str(register.purpose),
        "__module__": register.package,
        "register": register,
        "queryset": register.rows,
        "serializer_class": shape,
        "view_code": register.view,
        "custom_kind": noun,
        "own_filters": filters_of(register),
        "own_sorts": _sorts(register),
        "default_sort": f"{register.due},name",
        "new_body": new,
        "edit_body": edit,
        **{verb.replace("-", "_"): _posted(register, verb) for verb in register.verbs},
    }
    described = extend_schema_view(
        create=extend_schema(request=new, responses={201: shape}), partial_update=extend_schema(request=edit)
    )
    made: type[EntryApi] = described(type(f"{model.__name__}Api", (EntryApi,), own))
    return made


def _sorts(register: Register) -> Mapping[str, str]:
    names = [name for name in (*register.fields, "state") if not register.is_relation(name)]
    return {**{name: name for name in names}, register.parent: f"{register.parent}__name"}


def _posted(register: Register, verb: str) -> Any:
    def handler(self: EntryApi, request: Request, pk: str) -> Response:
        return self.take(verb)

    handler.__name__, handler.__doc__ = verb.replace("-", "_"), f"{register.steps[verb].label}."
    return posted(verb, body=Note)(handler)


def enrol(router: BaseRouter, app: str) -> None:
    """Give the router the doors of all registers of an app."""
    for register in REGISTERS.of_app(app):
        router.register(register.slug.replace("_", "-"), door_of(register), basename=register.noun)
