"""What an import would do, row by row, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pmo.exchange.rules.limits import BadCell
from pmo.exchange.rules.sentence import Sentence, excerpt

CREATED: Final = "created"
UPDATED: Final = "updated"
UNCHANGED: Final = "unchanged"
REFUSED: Final = "refused"
OUTCOMES: Final = (CREATED, UPDATED, UNCHANGED, REFUSED)

ERROR: Final = "error"
NOTE: Final = "note"

SEPARATE: Final = "separate"
IDENTITY: Final = "identity"
CONFLICT: Final = "conflict"
MINE: Final = "mine"
THEIRS: Final = "theirs"
"""A row asks either which object it means, or whose value stands where two people changed the same."""


@dataclass(frozen=True)
class Message:
    """Something to say about a cell: an error refuses its row, a note does not."""

    level: str
    column: str
    value: str
    reason: Sentence
    remedy: Sentence | None = None

    def stored(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "column": self.column,
            "value": self.value,
            "reason": self.reason.stored(),
            "remedy": self.remedy.stored() if self.remedy else None,
        }


def error(column: str, value: str, reason: Sentence, remedy: Sentence | None = None) -> Message:
    return Message(ERROR, column, excerpt(value), reason, remedy)


def note(column: str, value: str, reason: Sentence, remedy: Sentence | None = None) -> Message:
    return Message(NOTE, column, excerpt(value), reason, remedy)


def from_bad_cell(column: str, value: str, bad: BadCell) -> Message:
    return error(column, value, bad.reason, bad.remedy)


@dataclass(frozen=True)
class Choice:
    """An object that a row may mean, and how alike the two are (0 to 1)."""

    key: str
    label: str
    likeness: float
    reason: Sentence | None = None
    outcome: str = UPDATED

    def stored(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": self.label,
            "likeness": round(self.likeness, 2),
            "reason": self.reason.stored() if self.reason else None,
            "outcome": self.outcome,
        }


@dataclass(frozen=True)
class RowPlan:
    """What one row does. `changes` maps a label to the value before and after; `choices` make the row a question."""

    line: int
    key: str
    label: str
    outcome: str
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    choices: tuple[Choice, ...] = ()
    answer: str = ""
    payload: Any = None
    question: str = IDENTITY

    @property
    def is_open_question(self) -> bool:
        return bool(self.choices) and not self.answer


@dataclass(frozen=True)
class Plan:
    """What a whole file does, with remarks that concern no single row."""

    rows: tuple[RowPlan, ...]
    remarks: tuple[Message, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(row.outcome for row in self.rows)
        questions = sum(row.is_open_question for row in self.rows)
        return {"read": len(self.rows), **{outcome: counted[outcome] for outcome in OUTCOMES}, "questions": questions}


def duplicates(keys: Sequence[str]) -> set[str]:
    """The keys that occur more than once; an empty key never counts."""
    return {key for key, count in Counter(keys).items() if key and count > 1}
