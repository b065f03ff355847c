"""Translates between a stored report and the pure content that the rules judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pmo.access.preferences import within_sentence
from pmo.kernel import rag
from pmo.organisation.models import Organisation
from portfolio.projects.models import Project
from portfolio.status import rules
from portfolio.status.models import DIMENSION_LABELS, StatusReport
from portfolio.status.queries import last_published

FIGURES = ("whole_life_cost", "budget", "forecast", "fiscal_year", "currency", "finish_baseline", "phase")
PROPOSABLE = ("finish_forecast", "forecast", "phase")


def content_of(report: StatusReport) -> rules.Content:
    """What a person judged and wrote in the report; reads its decisions (one query)."""
    decisions = tuple((decision.text, decision.needed_by) for decision in report.decisions.all()) if report.pk else ()
    return rules.Content(
        overall=report.overall,
        overall_comment=report.overall_comment,
        summary=report.summary,
        judgements={name: rules.Judgement.read(report.dimensions.get(name)) for name in rag.DIMENSIONS},
        achievements=tuple(item["text"] if isinstance(item, dict) else item for item in report.achievements),
        next_steps=tuple(report.next_steps),
        decisions=decisions,
    )


def words(gap: rules.Gap) -> str:
    """What to tell the manager about a gap: what is missing and how to mend it."""
    name = gap.field.removesuffix("_comment").removesuffix("_confirm")
    label = within_sentence(DIMENSION_LABELS.get(name, _("overall")))
    return {
        "value_missing": _("Choose the status: %(name)s."),
        "comment_missing": _("Say why this is not on track and what you do about it: %(name)s."),
        "comment_unconfirmed": _("Confirm that the comment still holds, or write a new one: %(name)s."),
        "summary_missing": _("Write the summary for the sponsor, in up to three sentences."),
        "summary_too_long": _("Shorten the summary to 600 characters."),
    }[gap.code] % {"name": label}


def open_gaps(report: StatusReport, content: rules.Content, last: StatusReport | None = None) -> list[rules.Gap]:
    """All that keeps the report from being submitted; give `last` when it has been read already.

    A correction repeats what it corrects, so its comments need no confirmation.
    """
    if report.corrects_id is not None:
        return rules.gaps(content)
    before = last or last_published(report.project, before=report.as_of)
    return rules.gaps(content) + rules.unconfirmed(content_of(before) if before else None, content, report.confirmed)


def computed_health(project: Project, organisation: Organisation) -> dict[str, rules.Computed]:
    """Health computed from the project's dates and money as they are now."""
    return rules.computed_health(project.slip_days, project.budget, project.forecast, organisation.limits)


def figures_of(project: Project, proposed: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of the project now, with what its manager proposes in the report."""
    figures: dict[str, Any] = {name: getattr(project, name) for name in FIGURES}
    figures |= {
        "start": project.start_actual or project.start_forecast or project.start_baseline,
        "finish_forecast": project.finish_actual or project.finish_forecast or project.finish_baseline,
        "manager_name": str(project.manager or ""),
        "sponsor_name": str(project.sponsor or ""),
        "absent": project.absent,
    }
    return {**figures, **read_proposed(proposed)}


_READERS: dict[str, Callable[[Any], Any]] = {"finish_forecast": date.fromisoformat, "forecast": Decimal, "phase": str}


def read_proposed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Stored proposals as typed values."""
    return {name: _READERS[name](raw[name]) for name in PROPOSABLE if raw.get(name) not in (None, "")}
