"""What the status form shows: each judgement beside the last and the computed one, the checklist, what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.access.preferences import within_sentence
from pmo.kernel import rag
from pmo.organisation.models import Organisation
from pmo.ui import formats, words
from portfolio.projects.models import Project
from portfolio.projects.rules.finish import slip_days
from portfolio.status import rules
from portfolio.status.content import computed_health, content_of, open_gaps
from portfolio.status.content import words as gap_words
from portfolio.status.models import DIMENSION_LABELS, StatusReport
from portfolio.status.queries import last_published

CHOICES = (rag.GREEN, rag.AMBER, rag.RED)


@dataclass(frozen=True)
class Choice:
    """A status that can be chosen: value, word, shape, and the class that colours it."""

    value: str
    word: str
    icon: str
    css: str


def choices(present: str, values: Sequence[str] = CHOICES) -> list[Choice]:
    """The values to choose from, and the present one when it is another."""
    offered = values if present in (*values, "") else (*values, present)
    return [
        Choice(value, words.status_word(value), words.status_icon(value), f"o-{rag.tone(value)}") for value in offered
    ]


@dataclass(frozen=True)
class DimensionRow:
    """One dimension: what is declared, what the last report said, what the figures say."""

    name: str
    label: str
    value: str
    trend: str
    comment: str
    last_value: str
    last_comment: str
    computed: str
    reason: str
    confirmed: bool
    repeats: bool
    errors: tuple[str, ...] = ()
    comment_errors: tuple[str, ...] = ()

    @property
    def choices(self) -> list[Choice]:
        return choices(self.value)

    @property
    def differs(self) -> bool:
        """Whether figures exist and say something else than is declared."""
        return bool(self.computed) and self.computed != self.value

    @property
    def moved(self) -> bool:
        """Whether this dimension calls for a word: computed, declared and last differ, or something is missing."""
        return self.differs or self.value != self.last_value or not self.value or bool(self.errors)

    @property
    def question(self) -> str:
        """What the comment must answer."""
        if self.differs and self.value:
            facts = {"computed": words.status_word(self.computed), "declared": words.status_word(self.value)}
            return _("The figures say %(computed)s. Why is %(declared)s right?") % facts
        return _("Why, and what are you doing about it?")

    @property
    def needs_comment(self) -> bool:
        return rag.needs_comment(self.value)


@dataclass(frozen=True)
class PlannedStep:
    """A step that the last report announced: done by now, carried over, or no longer planned."""

    text: str
    done: bool
    kept: bool


@dataclass(frozen=True)
class Left:
    """Something that keeps the report from being submitted, with the field where it is mended."""

    field: str
    code: str
    text: str

    @property
    def short(self) -> str:
        """A few words for the bar."""
        name = self.field.partition("_")[0]
        label = within_sentence(DIMENSION_LABELS.get(name, _("overall")))
        return {
            "value_missing": _("choose %(name)s"),
            "comment_missing": _("say why: %(name)s"),
            "comment_unconfirmed": _("confirm %(name)s"),
            "summary_missing": _("write the summary"),
            "summary_too_long": _("shorten the summary"),
        }[self.code] % {"name": label}


@dataclass
class Worksheet:
    """Everything the form needs; `typed` holds raw input that could not be read."""

    report: StatusReport
    project: Project
    last: StatusReport | None
    rows: Sequence[DimensionRow]
    steps: Sequence[PlannedStep]
    left: Sequence[Left]
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def moved(self) -> list[DimensionRow]:
        return [row for row in self.rows if row.moved]

    @property
    def unchanged(self) -> list[DimensionRow]:
        return [row for row in self.rows if not row.moved]

    @property
    def total(self) -> int:
        """Overall, summary and the eight dimensions."""
        return len(rag.DIMENSIONS) + 2

    @property
    def done(self) -> int:
        return max(self.total - len({item.field.partition("_")[0] for item in self.left}), 0)

    @property
    def overall_choices(self) -> list[Choice]:
        return choices(self.report.overall, rag.DECLARABLE)

    @property
    def summary(self) -> str:
        return str(self.typed.get("summary", self.report.summary))

    @property
    def computed_overall(self) -> str:
        return rag.worst(row.value for row in self.rows)

    @property
    def new_achievements(self) -> str:
        planned = {step.text for step in self.steps}
        return "\n".join(text for text in _texts(self.report.achievements) if text not in planned)

    @property
    def new_steps(self) -> str:
        planned = {step.text for step in self.steps}
        return "\n".join(text for text in self.report.next_steps if text not in planned)

    @property
    def blank_decision(self) -> Mapping[str, str]:
        """A row to add a decision; the sponsor is the one most often asked."""
        return {"asked_of": str(self.project.sponsor or ""), "text": "", "needed_by": "", "recommendation": ""}

    @property
    def asked(self) -> list[Mapping[str, Any]]:
        if "decisions" in self.typed:
            return list(self.typed["decisions"])
        return [
            {
                "text": each.text,
                "asked_of": each.asked_of,
                "needed_by": each.needed_by.isoformat(),
                "recommendation": each.recommendation,
            }
            for each in self.report.decisions.all()
        ]

    def figure(self, name: str) -> Any:
        """What the figure input shows: typed, proposed, or the project's own."""
        if name in self.typed:
            return self.typed[name]
        found = self.report.proposed.get(name)
        if found not in (None, ""):
            return found
        stored = getattr(self.project, name)
        return stored.isoformat() if isinstance(stored, date) else "" if stored is None else stored

    @property
    def finish_forecast(self) -> Any:
        return self.figure("finish_forecast")

    @property
    def slip_days(self) -> int | None:
        """Days between the baseline and the finish as proposed; None when either is unknown."""
        baseline, typed = self.project.finish_baseline, str(self.finish_forecast or "")
        try:
            return slip_days(baseline, date.fromisoformat(typed)) if typed else None
        except ValueError:
            return None

    @property
    def forecast(self) -> Any:
        return self.figure("forecast")

    @property
    def phase(self) -> Any:
        return self.figure("phase")

    @property
    def sentence(self) -> str:
        """What moved, in one sentence."""
        if not self.moved:
            return _("Nothing moved: the figures and your last report agree.")
        number = len(self.moved)
        return ngettext(
            "%(n)s dimension where the figures or your last report call for a word.",
            "%(n)s dimensions where the figures or your last report call for a word.",
            number,
        ) % {"n": number}


def _texts(items: Sequence[Any]) -> list[str]:
    return [str(item["text"]) if isinstance(item, dict) else str(item) for item in items]


def worksheet(
    report: StatusReport,
    organisation: Organisation,
    *,
    errors: Mapping[str, Sequence[str]] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Worksheet:
    """The form of an open report; three queries."""
    errors = errors or {}
    last = last_published(report.project, before=report.as_of)
    before = content_of(last) if last else None
    content = content_of(report)
    kept = set(rules.kept_comments(before, content)) if report.corrects_id is None else set()
    health = computed_health(report.project, organisation)
    gaps = open_gaps(report, content, last)
    typed = typed or {}
    sent: Mapping[str, Any] = typed.get("dimensions", {})
    rows = [
        _row(
            name, {**report.judgement(name), **sent.get(name, {})}, report, last, health.get(name), name in kept, errors
        )
        for name in rag.DIMENSIONS
    ]
    left = [Left(gap.field, gap.code, gap_words(gap)) for gap in gaps]
    return Worksheet(report, report.project, last, rows, planned_steps(report, last), left, typed, errors)


def _row(
    name: str,
    judged: Mapping[str, str],
    report: StatusReport,
    last: StatusReport | None,
    computed: rules.Computed | None,
    repeats: bool,
    errors: Mapping[str, Sequence[str]],
) -> DimensionRow:
    earlier = last.judgement(name) if last else {"value": "", "comment": ""}
    return DimensionRow(
        name=name,
        label=str(DIMENSION_LABELS[name]),
        value=judged["value"],
        trend=judged["trend"],
        comment=judged["comment"],
        last_value=earlier["value"],
        last_comment=earlier["comment"],
        computed=computed.value if computed else "",
        reason=computed_words(name, computed) if computed else "",
        confirmed=name in report.confirmed,
        repeats=repeats,
        errors=tuple(errors.get(name, ())),
        comment_errors=(*errors.get(f"{name}_comment", ()), *errors.get(f"{name}_confirm", ())),
    )


def computed_words(name: str, computed: rules.Computed) -> str:
    """The figure behind a computed status."""
    if computed.figure is None:
        return _("no baseline to compare with") if name == "schedule" else _("budget or forecast is missing")
    if name == "schedule":
        days = int(computed.figure)
        if days <= 0:
            return _("forecast finish is on or before the baseline")
        return ngettext(
            "forecast finish %(n)s day after the baseline", "forecast finish %(n)s days after the baseline", days
        ) % {"n": formats.number(days)}
    return _("forecast %(percent)s against the budget") % {
        "percent": formats.percent(computed.figure / 100, 1, sign=True)
    }


def planned_steps(report: StatusReport, last: StatusReport | None) -> list[PlannedStep]:
    """The checklist: the next steps of the report before (of the corrected edition, its own)."""
    if last is None:
        return []
    done, kept = set(_texts(report.achievements)), set(report.next_steps)
    return [PlannedStep(text, text in done, text in kept and text not in done) for text in last.next_steps]
