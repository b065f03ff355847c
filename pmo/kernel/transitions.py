"""Life cycles as data: which verb leads from which state to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One transition: the verb that makes it, the state it leads to, what it asks for.

    `permission` is the code the actor needs, `needs_note` demands a reason,
    `not_by` names attributes of the object whose user must not make this step (segregation of duties).
    """

    verb: str
    source: str
    target: str
    permission: str
    needs_note: bool = False
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """A life cycle: its name, first state, steps, and the days a state may take before it is overdue."""

    name: str
    initial: str
    steps: tuple[Step, ...]
    due_days: Mapping[str, int]

    @property
    def states(self) -> tuple[str, ...]:
        seen = [self.initial]
        for step in self.steps:
            seen += [state for state in (step.source, step.target) if state not in seen]
        return tuple(dict.fromkeys(seen))

    def steps_from(self, state: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.source == state)

    def find(self, state: str, verb: str) -> Step | None:
        return next((step for step in self.steps if step.source == state and step.verb == verb), None)
