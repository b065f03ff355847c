"""The figures one pack prints: frozen, kept with the pack, and hashed so that a copy can be checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pmo.kernel.money import percent_change
from portfolio.projects.rules.finish import slip_days

AMOUNTS = ("whole_life_cost", "budget", "forecast")
DATES = ("reported_on", "finish_baseline", "finish_forecast")


@dataclass(frozen=True)
class DimensionFigures:
    value: str = ""
    trend: str = "same"
    comment: str = ""


@dataclass(frozen=True)
class DecisionFigures:
    """A decision that a published report asks for."""

    text: str
    needed_by: date | None = None
    asked_of: str = ""
    recommendation: str = ""


@dataclass(frozen=True)
class EntryFigures:
    """An open entry of a register about a project."""

    register: str
    name: str
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class ProjectFigures:
    """One project as its latest published report at the business date shows it.

    `absent` gives the reason of each figure that is missing; `strip` holds past overall values, oldest first,
    `details` the labels and values of custom fields that packs show.
    """

    id: int
    code: str
    name: str
    short_name: str = ""
    programme: str = ""
    unit: str = ""
    manager: str = ""
    sponsor: str = ""
    phase: str = ""
    overall: str = ""
    trend: str = "same"
    dimensions: Mapping[str, DimensionFigures] = field(default_factory=dict)
    strip: tuple[str, ...] = ()
    reported_on: date | None = None
    late: bool = False
    report_expected: bool = True
    finish_baseline: date | None = None
    finish_forecast: date | None = None
    whole_life_cost: Decimal | None = None
    budget: Decimal | None = None
    forecast: Decimal | None = None
    currency: str = ""
    absent: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    achievements: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    decisions: tuple[DecisionFigures, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    entries: tuple[EntryFigures, ...] = ()

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def difference(self) -> Decimal | None:
        """Forecast minus budget of the year; None when either is unknown."""
        return None if self.forecast is None or self.budget is None else self.forecast - self.budget

    @property
    def difference_percent(self) -> Decimal | None:
        return percent_change(self.budget, self.forecast)

    @property
    def slip_days(self) -> int | None:
        return slip_days(self.finish_baseline, self.finish_forecast)


@dataclass(frozen=True)
class PackFigures:
    """All that a pack prints: `counted` projects of the `of` in its scope may be seen by the whole audience.

    `gone` names why a project of the previous pack is not in this one: closed, moved, unreported, deleted or hidden.
    """

    pack: str
    organisation: str
    scope: str
    scope_kind: str
    at: date
    period_start: date
    currency: str
    fiscal_year: str
    projects: tuple[ProjectFigures, ...]
    of: int
    gone: Mapping[str, str] = field(default_factory=dict)
    late_after_days: int = 0

    @property
    def counted(self) -> int:
        return len(self.projects)

    @property
    def by_id(self) -> dict[int, ProjectFigures]:
        return {project.id: project for project in self.projects}


def to_json(figures: PackFigures) -> dict[str, Any]:
    """Plain JSON: amounts as text, dates ISO 8601; without what packs made earlier did not know, where it is empty."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(figures), default=str))
    for project in plain["projects"]:
        if not project["entries"]:
            del project["entries"]
    return plain


def from_json(kept: Mapping[str, Any]) -> PackFigures:
    """The figures kept with a pack; fields added since then take their defaults."""
    values = _known(PackFigures, kept)
    values["at"], values["period_start"] = _date(kept["at"]), _date(kept["period_start"])
    values["projects"] = tuple(_project(project) for project in kept["projects"])
    return PackFigures(**values)


def data_sha256(figures: PackFigures) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no blanks, UTF-8."""
    canonical = json.dumps(to_json(figures), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _project(kept: Mapping[str, Any]) -> ProjectFigures:
    values = _known(ProjectFigures, kept)
    values |= {name: _amount(kept.get(name)) for name in AMOUNTS} | {name: _date(kept.get(name)) for name in DATES}
    values |= {name: tuple(kept.get(name, ())) for name in ("strip", "achievements", "next_steps")}
    values["details"] = tuple((label, value) for label, value in kept.get("details", ()))
    values["dimensions"] = {name: DimensionFigures(**value) for name, value in kept.get("dimensions", {}).items()}
    values["decisions"] = tuple(
        DecisionFigures(**{**decision, "needed_by": _date(decision["needed_by"])})
        for decision in kept.get("decisions", ())
    )
    values["entries"] = tuple(
        EntryFigures(**{**entry, "due_on": _date(entry["due_on"])}) for entry in kept.get("entries", ())
    )
    return ProjectFigures(**values)


def _known(kind: type, kept: Mapping[str, Any]) -> dict[str, Any]:
    names = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return {name: value for name, value in kept.items() if name in names}


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
