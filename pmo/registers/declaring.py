"""What a room says of its register; pages, REST, search, custom fields and permissions follow from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet, TextField
from django.utils.functional import Promise

from pmo.kernel.transitions import Flow
from pmo.registers.models import Entry
from pmo.ui.columns import Column
from pmo.workflow.engine import Guard

Words = str | Promise


@dataclass(frozen=True)
class StepWords:
    """How one step of a life is called on its button, and what is said once it is taken."""

    label: Words
    success: Words
    icon: str = "check"


@dataclass(frozen=True)
class Register:
    """A register of entries about a parent, with an owner, a day and a life.

    `fields` are what a form and the REST interface write, in their order; `columns` replace or add columns of the
    list; `tones` tint the states; `steps` has the words of every verb of the flow, `guards` what else must hold.
    `rights` overrides who may see and edit: without it those who see, and those who edit, the parent. `letter` is
    what restricts a search to it ("k: flood"); `packed` shows open entries in packs.
    """

    model: type[Entry]
    flow: Flow
    label: Words
    new: Words
    purpose: Words
    who: Words
    icon: str
    letter: str
    steps: Mapping[str, StepWords]
    tones: Mapping[str, str]
    fields: tuple[str, ...] = ("name", "description", "owner", "due_on")
    parent: str = "project"
    owner: str = "owner"
    due: str = "due_on"
    empty: Words = ""
    columns: Mapping[str, Column] = dataclasses.field(default_factory=dict)
    guards: Mapping[str, Sequence[Guard]] = dataclasses.field(default_factory=dict)
    rights: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    packed: bool = True

    # --- names ----------------------------------------------------------------------------------------------------
    @property
    def noun(self) -> str:
        return self.model.noun

    @property
    def app(self) -> str:
        return self.model._meta.app_label

    @property
    def package(self) -> str:
        """The room: its pages count as declared there."""
        return self.model.__module__.rpartition(".")[0]

    @property
    def slug(self) -> str:
        """The part of an address: the plural of the model, in English."""
        return f"{self.noun}s"

    @property
    def view(self) -> str:
        return f"{self.noun}.view"

    @property
    def edit(self) -> str:
        return f"{self.noun}.edit"

    def page(self, part: str = "") -> str:
        """The full name of a page: that of one entry, or `list`, `new`, `edit`, a verb."""
        return f"{self.app}:{self.noun}_{part}" if part else f"{self.app}:{self.noun}"

    # --- what follows from the model ------------------------------------------------------------------------------
    @cached_property
    def parent_model(self) -> Any:
        return self.field(self.parent).related_model

    @property
    def states(self) -> Mapping[str, Words]:
        return dict(self.field("state").flatchoices)

    @property
    def open_states(self) -> tuple[str, ...]:
        """States that a step leads out of, to the end of its life."""
        return tuple(state for state in self.flow.states if self.flow.steps_from(state))

    @property
    def is_open(self) -> Q:
        return Q(state__in=self.open_states)

    @property
    def verbs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(step.verb for step in self.flow.steps))

    def needs_note(self, verb: str) -> bool:
        return any(step.needs_note for step in self.flow.steps if step.verb == verb)

    @property
    def relations(self) -> tuple[str, ...]:
        """The related objects that lists and pages name."""
        return tuple(dict.fromkeys(name for name in (self.parent, *self.fields) if self.is_relation(name)))

    def field(self, name: str) -> Any:
        """The field of the model; only those that the model itself has are ever named."""
        return self.model._meta.get_field(name)

    def is_relation(self, name: str) -> bool:
        return bool(self.field(name).is_relation)

    @property
    def texts(self) -> tuple[str, ...]:
        """The fields that hold long words: shown on the entry's page and searched, no columns."""
        return tuple(name for name in self.fields if isinstance(self.field(name), TextField))

    @property
    def rows(self) -> QuerySet[Any]:
        """Every entry with what it names, soonest first."""
        order = F(self.due).asc(nulls_last=True)
        return self.model._default_manager.select_related(*self.relations).order_by(order, "pk")

    def of_parent(self, parent: Any, user: Any) -> QuerySet[Any]:
        """The open entries about one object that the person may see."""
        return self.rows.visible_to(user).filter(self.is_open, **{self.parent: parent})  # type: ignore[attr-defined,no-any-return]


@dataclass
class Registers:
    """Every register of the house, filled once at start."""

    _by_noun: dict[str, Register] = dataclasses.field(default_factory=dict)

    def add(self, register: Register) -> None:
        self._by_noun[register.noun] = register

    def all(self) -> list[Register]:
        return list(self._by_noun.values())

    def of_app(self, app: str) -> list[Register]:
        return [each for each in self.all() if each.app == app]


REGISTERS = Registers()
