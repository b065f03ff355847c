"""Puts two states of a report side by side in words: two editions, or what two people typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pmo.kernel import rag
from pmo.ui import formats, words
from portfolio.status import rules
from portfolio.status.content import read_proposed
from portfolio.status.models import DIMENSION_LABELS, StatusReport


@dataclass(frozen=True)
class Difference:
    """One part of a report that differs."""

    label: str
    before: str
    after: str


def in_words(report: StatusReport, decisions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Everything a person judged or wrote in the report, by label."""
    found = {
        _("As of"): formats.day(report.as_of),
        _("Overall"): words.status_word(report.overall),
        _("Summary"): report.summary.strip(),
    }
    for name in rag.DIMENSIONS:
        judged = rules.Judgement.read(report.dimensions.get(name))
        found[str(DIMENSION_LABELS[name])] = " – ".join(
            part for part in (words.status_word(judged.value), judged.comment.strip()) if part
        )
    found[_("Achievements")] = _listed(report.achievements)
    found[_("Next steps")] = _listed(report.next_steps)
    found[_("Decisions needed")] = "; ".join(_decision(each) for each in decisions)
    return found | _figures(report)


def _figures(report: StatusReport) -> dict[str, str]:
    proposed = read_proposed(report.proposed)
    finish = proposed.get("finish_forecast", report.finish_forecast)
    forecast = proposed.get("forecast", report.forecast)
    return {
        _("Finish, forecast"): formats.day(finish),
        _("Forecast of the year"): formats.money(forecast, report.currency) if forecast is not None else "",
    }


def _listed(items: Sequence[Any]) -> str:
    return "; ".join(str(item["text"]) if isinstance(item, dict) else str(item) for item in items)


def _decision(decision: Mapping[str, Any]) -> str:
    return f"{decision['text']} ({decision['needed_by']})"


def stored_decisions(report: StatusReport) -> list[dict[str, Any]]:
    """The decisions of a stored report as plain values."""
    return [{"text": each.text, "needed_by": each.needed_by} for each in report.decisions.all()]


def compared(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """The parts that differ, in the order of the report."""
    return [Difference(key, old or "", new or "") for key, old, new in rules.differences(before, after)]


def edition_differences(report: StatusReport) -> list[Difference]:
    """What a correction changed in the edition before it; three queries, none when it corrects nothing."""
    if report.corrects is None:
        return []
    old, new = report.corrects, report
    return compared(in_words(old, stored_decisions(old)), in_words(new, stored_decisions(new)))
