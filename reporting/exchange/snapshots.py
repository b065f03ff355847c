"""A published project-year as the status report and the project fields that it becomes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pmo.exchange.rules.amounts import MILLION
from pmo.kernel import rag
from portfolio.projects.models import Cadence
from portfolio.status.importing import ImportedStatus
from portfolio.status.models import StatusReport
from reporting.exchange.rules import facts
from reporting.exchange.rules.project_years import CURRENCY, ProjectYear
from reporting.exchange.rules.years import fiscal_label

TITLES: Final = {
    "schedule_comment": "Schedule",
    "variance_comment": "Variance of the year",
    "cost_comment": "Whole-life cost",
    "benefits": "Benefits, £m",
    "benefits_comment": "Benefits",
}
CHANGE_LABELS: Final = {
    "overall": "Delivery confidence",
    "start": "Start",
    "finish_forecast": "End",
    "whole_life_cost": "Whole-life cost",
    "budget": "Baseline of the year",
    "forecast": "Forecast of the year",
}


def status_of(row: ProjectYear, project_id: int) -> ImportedStatus:
    """The report of a row: figures and words as published, nothing judged that the register did not judge."""
    assert row.as_of is not None
    return ImportedStatus(
        project_id=project_id,
        as_of=row.as_of,
        overall=row.overall,
        rating_as_published=row.rating_text[:200],
        summary=row.rating_comment,
        commentary=_commentary(row),
        start=row.start,
        finish_forecast=row.finish,
        currency=CURRENCY,
        whole_life_cost=row.whole_life_cost,
        budget=row.budget,
        forecast=row.forecast,
        fiscal_year=fiscal_label(row.year),
        absent=absent_of(row),
    )


def _commentary(row: ProjectYear) -> dict[str, str]:
    """The texts of the row under the titles that readers of the report see."""
    published = {
        facts.NAME: row.name,
        facts.IDENTIFIER: row.key,
        "Department": row.department,
        "Category": row.category,
        "Senior responsible owner": row.sponsor,
    }
    words = {"Description": row.description, **{TITLES[name]: text for name, text in row.comments.items()}}
    kept = {title: text for title, text in words.items() if text}
    return {facts.TITLE: facts.written(published), **kept}


def absent_of(row: ProjectYear) -> dict[str, str]:
    """The reasons of missing figures under the names that reports give those figures."""
    names = {"finish": "finish_forecast"}
    return {names.get(name, name): reason for name, reason in row.absent.items()}


def project_fields(row: ProjectYear) -> dict[str, Any]:
    """The fields of the project that the newest snapshot sets."""
    return {
        "name": row.name,
        "description": row.description,
        "category": row.category,
        "start_forecast": row.start,
        "finish_forecast": row.finish,
        "currency": CURRENCY,
        "whole_life_cost": row.whole_life_cost,
        "budget": row.budget,
        "forecast": row.forecast,
        "fiscal_year": fiscal_label(row.year),
        "absent": absent_of(row),
    }


def new_project_fields() -> dict[str, Any]:
    """What holds for every project that a register made: nobody here owes reports on it."""
    return {"cadence": Cadence.NONE}


def changes_between(before: StatusReport | None, after: ImportedStatus) -> dict[str, tuple[str, str]]:
    """What a person sees of the difference of two snapshots."""
    pairs = {
        label: (_shown(getattr(before, name, None), before, name), _shown(getattr(after, name), after, name))
        for name, label in CHANGE_LABELS.items()
    }
    return {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}


def differing_words(before: StatusReport, after: ImportedStatus) -> Iterable[str]:
    """The names of the texts that differ."""
    keys = [*before.commentary, *(name for name in after.commentary if name not in before.commentary)]
    return [name for name in keys if before.commentary.get(name) != after.commentary.get(name)]


def _shown(value: Any, report: StatusReport | ImportedStatus | None, name: str) -> str:
    if report is None:
        return ""
    if value in (None, "", rag.EXEMPT):
        return report.absent.get(name, "") or ("" if value is None else str(value))
    if isinstance(value, Decimal):
        return f"{report.currency} {value / MILLION:,.2f} m"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("_", "/").title() if name == "overall" else str(value)
