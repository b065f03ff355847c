"""The open entries of registers that a pack prints of each project, cut to what its whole audience may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmo.access.models import User
from pmo.registers.declaring import REGISTERS, Register
from portfolio.projects.models import Project
from reporting.packs.rules.figures import EntryFigures


def packed() -> list[Register]:
    """The registers about projects that packs show."""
    return [each for each in REGISTERS.all() if each.packed and each.parent_model is Project]


def entries_of(projects: Sequence[int], people: Sequence[User]) -> dict[int, tuple[EntryFigures, ...]]:
    """By project, soonest first; one query for each register, however many projects there are."""
    found: dict[int, list[EntryFigures]] = {}
    for register in packed():
        for project, entry in _of(register, projects, people):
            found.setdefault(project, []).append(entry)
    return {project: tuple(entries) for project, entries in found.items()}


def _of(register: Register, projects: Sequence[int], people: Sequence[User]) -> Iterator[tuple[int, EntryFigures]]:
    rows = register.rows.filter(register.is_open, **{f"{register.parent}__in": projects})
    for person in people:
        rows = rows.visible_to(person)  # type: ignore[attr-defined]
    for entry in rows:
        told = EntryFigures(
            register.noun, entry.name, str(getattr(entry, register.owner) or ""), getattr(entry, register.due)
        )
        yield getattr(entry, f"{register.parent}_id"), told
