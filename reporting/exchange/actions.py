"""Writes a planned register into projects and status reports, and takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.functions import Upper

from pmo.access.models import User
from pmo.audit.acting import action
from pmo.organisation.models import Unit
from portfolio.projects.importing import (
    add_keys,
    built_upon,
    change_imported,
    create_imported,
    require_untouched,
    restored,
    states_of,
    stored,
    units_by_code,
    withdraw_created,
)
from portfolio.projects.models import Portfolio, Project, ProjectKey
from portfolio.status.importing import import_published, withdraw_imported
from portfolio.status.models import StatusReport
from reporting.exchange.plans import Step
from reporting.exchange.queries import SOURCE, Register, load_register, taken_codes
from reporting.exchange.rules.naming import is_code, project_code
from reporting.exchange.snapshots import new_project_fields, project_fields, status_of

Journal = dict[int, dict[str, Any]]
FORMER_CODE = "code"
"""The source of keys by which the addresses of projects are found that are not their code."""


@dataclass(frozen=True)
class Written:
    """What an application wrote, as its undoing needs it."""

    steps: Sequence[Step]
    projects: Mapping[int, int]
    made: frozenset[int]
    before: Mapping[int, Mapping[str, Any]]
    reports: Mapping[tuple[int, date], int]
    units: Sequence[int]


@action("import.run")
def write_register(steps: Sequence[Step], portfolio: Portfolio, *, actor: User) -> Journal:
    """Write the steps of a plan; returns, by line, what undoing them needs. Constant queries for any number of rows."""
    register = load_register(portfolio, actor)
    units, made_units = units_by_code([step.row.department for step in steps], actor=actor)
    created = _create_projects(steps, portfolio, units, actor)
    projects = {step.ref: step.ref if step.ref > 0 else created[step.ref].pk for step in steps}
    keys = {step.row.key: step for step in reversed(steps) if step.new_key}
    add_keys([_key(step, projects[step.ref]) for step in keys.values()], actor=actor)
    add_keys(_further_addresses(keys.values(), projects), actor=actor)
    outcome = import_published([status_of(step.row, projects[step.ref]) for step in steps], actor=actor)
    before = change_imported(_project_changes(steps, register, units), actor=actor)
    reports = {(each.project_id, each.as_of): each.pk for each in (*outcome.created, *outcome.corrected)}
    made = frozenset(project.pk for project in created.values())
    return _journal(Written(steps, projects, made, before, reports, [unit.pk for unit in made_units]))


def _create_projects(
    steps: Sequence[Step], portfolio: Portfolio, units: Mapping[str, Unit], actor: User
) -> dict[int, Project]:
    taken = taken_codes()
    created: dict[int, Project] = {}
    for ref, history in _by_project(steps).items():
        if ref < 0:
            created[ref] = _new_project(history, portfolio, units, taken)
    create_imported(list(created.values()), actor=actor)
    return created


def _new_project(history: Sequence[Step], portfolio: Portfolio, units: Mapping[str, Unit], taken: set[str]) -> Project:
    """A project as its newest row tells it; its baseline is the end first published."""
    newest = history[-1].row
    identifier = next((step.row.key for step in reversed(history) if step.row.key), "")
    code = project_code(identifier, newest.name, taken)
    taken.add(code.upper())
    return Project(
        code=code,
        portfolio=portfolio,
        unit=units.get(newest.department.casefold()),
        finish_baseline=next((step.row.finish for step in history if step.row.finish), None),
        **project_fields(newest),
        **new_project_fields(),
    )


def _by_project(steps: Sequence[Step]) -> dict[int, list[Step]]:
    """The steps of each project, earliest first."""
    found: dict[int, list[Step]] = {}
    for step in sorted(steps, key=lambda step: step.row.year):
        found.setdefault(step.ref, []).append(step)
    return found


def _project_changes(steps: Sequence[Step], register: Register, units: Mapping[str, Unit]) -> dict[int, dict[str, Any]]:
    """Fields of existing projects: only the newest snapshot sets them, only the end first published is the baseline."""
    changes: dict[int, dict[str, Any]] = {}
    for ref, history in _by_project(steps).items():
        if ref > 0:
            changes[ref] = _newest_fields(ref, history[-1], register, units) | _first_baseline(ref, history, register)
    return changes


def _newest_fields(ref: int, step: Step, register: Register, units: Mapping[str, Unit]) -> dict[str, Any]:
    latest = register.latest(ref)
    if latest is not None and step.row.as_of is not None and step.row.as_of < latest:
        return {}
    unit = units.get(step.row.department.casefold())
    return {**project_fields(step.row), **({"unit": unit} if unit else {})}


def _first_baseline(ref: int, history: Sequence[Step], register: Register) -> dict[str, Any]:
    """The end of a snapshot before all that told one, unless a person has set another baseline."""
    imported, project = register.imported(ref), register.projects[ref]
    told = next(((row.as_of, row.finish) for row in (step.row for step in history) if row.finish and row.as_of), None)
    known = next((report for report in imported if report.finish_forecast), None)
    if not imported or told is None or (known is not None and told[0] > known.as_of):
        return {}
    finish = told[1]
    untouched = project.finish_baseline in (None, known and known.finish_forecast)
    if not untouched or (project.start_baseline and project.start_baseline > finish):
        return {}
    return {"finish_baseline": finish}


def _further_addresses(steps: Iterable[Step], projects: Mapping[int, int]) -> list[ProjectKey]:
    """Identifiers under which projects are found that got their code before they had one."""
    former = ProjectKey.objects.filter(source=FORMER_CODE).annotate(upper=Upper("key"))
    taken = taken_codes() | set(former.values_list("upper", flat=True))
    wanted = {step.row.key.upper(): step for step in steps if is_code(step.row.key)}
    return [
        ProjectKey(project_id=projects[step.ref], source=FORMER_CODE, key=step.row.key)
        for key, step in wanted.items()
        if key not in taken
    ]


def _key(step: Step, project_id: int) -> ProjectKey:
    return ProjectKey(project_id=project_id, source=SOURCE, key=step.row.key)


def _journal(written: Written) -> Journal:
    """What each line must give back; what belongs to a whole project stands with the first of its lines."""
    journal: Journal = {}
    seen: set[int] = set()
    states = states_of(written.projects.values())
    for step in written.steps:
        project = written.projects[step.ref]
        entry: dict[str, Any] = {"project": project, "state": states[project]}
        if step.new_key:
            entry["key"] = step.row.key
        if step.row.as_of and (report := written.reports.get((project, step.row.as_of))):
            entry["report"] = report
        if project not in seen:
            entry |= {"made": project in written.made, "before": stored(written.before.get(project, {}))}
        if not journal and written.units:
            entry["units"] = list(written.units)
        seen.add(project)
        journal[step.row.line] = entry
    return journal


@action("import.run")
def take_back(entries: Sequence[Mapping[str, Any]], *, actor: User) -> None:
    """Undo what `write_register` told in its journal. Raises WrongState when a project changed since."""
    states = {int(entry["project"]): entry["state"] for entry in entries}
    reports = {int(entry["report"]) for entry in entries if entry.get("report")}
    made = {int(entry["project"]) for entry in entries if entry.get("made")}
    require_untouched(states, actor=actor, later_codes=[*_later_reports(states, reports), *built_upon(made)])
    withdraw_imported(reports, actor=actor)
    before = {int(entry["project"]): restored(entry["before"]) for entry in entries if entry.get("before")}
    change_imported({pk: values for pk, values in before.items() if pk not in made}, actor=actor)
    keys = [entry["key"] for entry in entries if entry.get("key")]
    ProjectKey.objects.filter(source__in=(SOURCE, FORMER_CODE), key__in=keys, project__in=list(states)).delete()
    withdraw_created(made, [unit for entry in entries for unit in entry.get("units", ())], actor=actor)


def _later_reports(project_ids: Iterable[int], reports: set[int]) -> list[str]:
    """The codes of projects that got a report after the import's own."""
    later = StatusReport.objects.filter(project__in=list(project_ids), pk__gt=max(reports, default=0))
    return list(later.order_by("project__code").values_list("project__code", flat=True))
