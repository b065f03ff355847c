"""What makes a status report complete, unchanged or late: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pmo.kernel import rag
from pmo.kernel.limits import Limits
from pmo.kernel.money import percent_change
from pmo.kernel.transitions import Flow, Step

FLOW = Flow(
    name="status report",
    initial="draft",
    steps=(
        Step("submit", "draft", "submitted", "status.submit"),
        Step("submit", "returned", "submitted", "status.submit"),
        Step("recall", "submitted", "draft", "status.submit"),
        Step("return", "submitted", "returned", "status.check", needs_note=True, not_by=("submitted_by",)),
        Step("publish", "submitted", "published", "status.publish", not_by=("author", "submitted_by", "writers")),
    ),
    due_days={"submitted": 2, "returned": 2},
)
EDITABLE_STATES = ("draft", "returned")
SUMMARY_LENGTH = 600
ITEM_LENGTH = 300
COMMENT_LENGTH = 2000
MAX_ITEMS = 50


@dataclass(frozen=True)
class Judgement:
    """One dimension: its value, its trend and the words for it."""

    value: str = ""
    trend: str = ""
    comment: str = ""

    @classmethod
    def read(cls, raw: Mapping[str, Any] | None) -> Judgement:
        raw = raw or {}
        return cls(str(raw.get("value", "")), str(raw.get("trend", "")), str(raw.get("comment", "")))

    def as_dict(self) -> dict[str, str]:
        return {"value": self.value, "trend": self.trend, "comment": self.comment}


@dataclass(frozen=True)
class Content:
    """Everything that a person judges or writes in a report."""

    overall: str = ""
    overall_comment: str = ""
    summary: str = ""
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    achievements: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    decisions: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True)
class Gap:
    """What is missing before a report may be submitted: the field, and a code that words are found for."""

    field: str
    code: str


def gaps(content: Content) -> list[Gap]:
    """All that a report lacks, in the order of the form: amber and red need their comment."""
    found = []
    if not rag.is_reported(content.overall):
        found.append(Gap("overall", "value_missing"))
    if not content.summary.strip():
        found.append(Gap("summary", "summary_missing"))
    elif len(content.summary) > SUMMARY_LENGTH:
        found.append(Gap("summary", "summary_too_long"))
    for name in rag.DIMENSIONS:
        found += _dimension_gaps(name, content.judgements.get(name, Judgement()))
    return found


def _dimension_gaps(name: str, judgement: Judgement) -> list[Gap]:
    if judgement.value == "":
        return [Gap(name, "value_missing")]
    if rag.needs_comment(judgement.value) and not judgement.comment.strip():
        return [Gap(f"{name}_comment", "comment_missing")]
    return []


def unconfirmed(before: Content | None, after: Content, confirmed: Iterable[str]) -> list[Gap]:
    """Amber and red dimensions that repeat the words of the report before without anybody having confirmed them."""
    seen = set(confirmed)
    return [Gap(f"{name}_confirm", "comment_unconfirmed") for name in kept_comments(before, after) if name not in seen]


def kept_comments(before: Content | None, after: Content) -> list[str]:
    """The dimensions whose value needs a comment and whose value and comment are those of the report before."""
    if before is None:
        return []
    return [name for name in rag.DIMENSIONS if _repeats(before.judgements.get(name), after.judgements.get(name))]


def _repeats(old: Judgement | None, new: Judgement | None) -> bool:
    if old is None or new is None or not rag.needs_comment(new.value) or not new.comment.strip():
        return False
    return old.value == new.value and old.comment.strip() == new.comment.strip()


def is_unchanged(before: Content | None, after: Content) -> bool:
    """Whether no judgement and no word of a judgement differs from the report before."""
    if before is None:
        return False
    same_words = before.overall == after.overall and before.summary.strip() == after.summary.strip()
    return same_words and all(
        before.judgements.get(name, Judgement()).value == after.judgements.get(name, Judgement()).value
        and before.judgements.get(name, Judgement()).comment.strip()
        == after.judgements.get(name, Judgement()).comment.strip()
        for name in rag.DIMENSIONS
    )


def trends(before: Content | None, after: Content) -> dict[str, str]:
    """The computed trend of "overall" and of each dimension against the report before."""
    earlier = before or Content()
    found = {"overall": rag.trend_between(earlier.overall, after.overall)}
    for name in rag.DIMENSIONS:
        old, new = earlier.judgements.get(name, Judgement()), after.judgements.get(name, Judgement())
        found[name] = rag.trend_between(old.value, new.value)
    return found


@dataclass(frozen=True)
class Computed:
    """A status computed from figures, with the figure that decided; blank when there is none."""

    value: str
    figure: Decimal | int | None


def computed_schedule(slip_days: int | None, limits: Limits) -> Computed:
    """Schedule health from the slip of the finish against its baseline, in days."""
    return Computed(limits.of_slip(slip_days), slip_days)


def computed_cost(budget: Decimal | None, forecast: Decimal | None, limits: Limits) -> Computed:
    """Cost health from the overrun of the forecast over the budget, in percent."""
    overrun = percent_change(budget, forecast)
    return Computed(limits.of_overrun(overrun), overrun)


def computed_health(
    slip_days: int | None, budget: Decimal | None, forecast: Decimal | None, limits: Limits
) -> dict[str, Computed]:
    """Health computed from dates and money, by dimension; dimensions without data are left out."""
    return {"schedule": computed_schedule(slip_days, limits), "cost": computed_cost(budget, forecast, limits)}


def latest_due(today: date, grace_days: int) -> date:
    """The due date of reports that are still on time today; what was due before it is late."""
    return today - timedelta(days=grace_days)


def is_late(due_on: date | None, today: date, grace_days: int) -> bool:
    """Whether a report is late once the grace is over; what is never due is never late."""
    return due_on is not None and due_on < latest_due(today, grace_days)


@dataclass(frozen=True)
class Reminders:
    """How many days before and after its due date a report is announced, asked for again, and escalated."""

    before: int = 2
    after: int = 1
    escalate: int = 3

    def falling_on(self, due_on: date, today: date) -> str:
        """Which reminder falls on `today`: before, on, after, escalate, or none."""
        late = (today - due_on).days
        return {-self.before: "before", self.escalate: "escalate", self.after: "after", 0: "on"}.get(late, "")

    def gaps(self) -> list[int]:
        """In how many days from today what is reminded of falls due."""
        return sorted({self.before, 0, -self.after, -self.escalate})


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The keys whose values differ between two editions, with both values."""
    keys = list(dict.fromkeys([*before, *after]))
    return [(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def clean_items(raw: Sequence[Any]) -> list[str]:
    """Lines of a list without blanks; at most MAX_ITEMS."""
    return [str(item).strip() for item in raw if str(item).strip()][:MAX_ITEMS]
