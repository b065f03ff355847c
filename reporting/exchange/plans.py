"""What a published register would do to the house, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pmo.exchange.offers import Context, Source
from pmo.exchange.rules.limits import BadCell
from pmo.exchange.rules.plans import CREATED, REFUSED, UNCHANGED, UPDATED, Message, Plan, RowPlan, error, note
from pmo.exchange.rules.sentence import Sentence
from pmo.exchange.rules.sentence import sentence as _
from pmo.kernel.errors import Broken
from portfolio.projects.importing import known_units
from portfolio.projects.listing import portfolio_of
from portfolio.status.importing import is_same
from portfolio.status.models import Origin
from reporting.exchange.queries import Register, load_register
from reporting.exchange.rules import years
from reporting.exchange.rules.matching import Match, match_rows, row_key
from reporting.exchange.rules.project_years import ProjectYear, read_project_year, repeated, settle
from reporting.exchange.snapshots import changes_between, differing_words, status_of


@dataclass(frozen=True)
class Step:
    """What one row needs to be written: its project (negative: made by that line) and whether its identifier is new."""

    row: ProjectYear
    ref: int
    new_key: bool


def plan_register(source: Source, context: Context) -> Plan:
    """The plan of a file in the order of its lines."""
    rows = read_rows(source, context)
    clean = [row for row in rows if not row.refused]
    register = load_register(portfolio_of(context), context.actor)
    matches = match_rows(clean, register.directory, context.answers)
    plans = [_plan_row(row, matches[row.line], register) if row.line in matches else _refused(row) for row in rows]
    return Plan(tuple(plans), tuple(_remarks(rows, plans)))


def read_rows(source: Source, context: Context) -> list[ProjectYear]:
    """Every row of the file, the repeated ones refused."""
    reading = settle(source.table, _year(source, context), _as_of(context))
    rows = [read_project_year(row, reading) for row in source.table.rows]
    for row in rows:
        if row.as_of is not None and row.as_of > context.today:
            row.messages.append(error("year", row.as_of.isoformat(), _("This day lies ahead."), _("Correct the year.")))
    for line, reason in repeated([row for row in rows if not row.refused]).items():
        remedy = _("Keep the right one of them.")
        next(row for row in rows if row.line == line).messages.append(error("project_name", "", reason, remedy))
    return rows


def _year(source: Source, context: Context) -> int | None:
    """A person's word comes first, then the headers, then the name of the file; a cell in the row beats all three."""
    if text := context.options.get("year"):
        try:
            return years.report_year(text)
        except BadCell as bad:
            raise Broken(f"{bad.reason} {bad.remedy}", "year") from bad
    return years.year_in_headers(source.table.headers.texts[:40]) or years.year_in_name(source.file_name)


def _as_of(context: Context) -> date | None:
    text = context.options.get("as_of", "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise Broken(str(_("The day of the figures is written as 2021-03-31.")), "as_of") from wrong
    if day is not None and not years.FIRST_YEAR <= day.year <= years.LAST_YEAR:
        raise Broken(str(_("The day of the figures is out of reach.")), "as_of")
    return day


def _refused(row: ProjectYear, *more: Message) -> RowPlan:
    return RowPlan(row.line, row_key(row), row.name, REFUSED, messages=(*row.messages, *more))


def _plan_row(row: ProjectYear, match: Match, register: Register) -> RowPlan:
    if match.clash is not None:
        return _refused(row, error("project_name", row.name, match.clash, _("Keep the right one of them.")))
    if match.ref > 0 and match.ref not in register.projects:
        return _refused(
            row, error("project_number", row.key, _("You may not import into the project of this identifier."))
        )
    new_key = bool(row.key) and row.key not in register.stored_keys
    plan = RowPlan(
        row.line,
        row_key(row),
        row.name,
        CREATED,
        messages=tuple(row.messages),
        choices=match.choices,
        answer=match.answer,
        payload=Step(row, match.ref, new_key),
    )
    return _with_outcome(plan, row, match, register)


def _with_outcome(plan: RowPlan, row: ProjectYear, match: Match, register: Register) -> RowPlan:
    assert row.as_of is not None
    after = status_of(row, match.ref)
    standing = register.report(match.ref, row.as_of)
    if standing is not None and standing.origin != Origin.IMPORT:
        return _refused(row, error("", "", _("A report of %(day)s was written and published here.", day=row.as_of)))
    if standing is not None and is_same(standing, after):
        return replace(plan, outcome=UPDATED if plan.payload.new_key else UNCHANGED)
    if standing is None and register.needs_publisher(match.ref, row.as_of):
        reason = _("This project reports here, and only who may publish its reports adds a later one.")
        return _refused(row, error("", "", reason, _("Ask somebody who publishes reports to import this row.")))
    changes = changes_between(standing or register.report_before(match.ref, row.as_of), after)
    if standing is not None:
        changes |= dict.fromkeys(differing_words(standing, after), ("", "…"))
    elif match.ref > 0:
        changes = {"Report": ("", row.as_of.isoformat()), **changes}
    made_here = match.ref < 0 and -match.ref == row.line
    return replace(plan, outcome=CREATED if made_here else UPDATED, changes=changes)


def _remarks(rows: Sequence[ProjectYear], plans: Sequence[RowPlan]) -> list[Message]:
    found = [note("", "", reason) for reason in _years_told(rows)]
    missing = missing_units(row for row, plan in zip(rows, plans, strict=True) if plan.outcome in (CREATED, UPDATED))
    if missing:
        found.append(note("department", "", _("Units that will be made: %(units)s.", units=", ".join(missing))))
    return found


def missing_units(rows: Iterable[ProjectYear]) -> list[str]:
    """Departments that are no units yet, whatever their capitals."""
    known = known_units()
    named = {row.department.casefold(): row.department for row in rows if row.department}
    return sorted(name for key, name in named.items() if key not in known)


def _years_told(rows: Sequence[ProjectYear]) -> list[Sentence]:
    dates = {row.year: row.as_of for row in rows if row.as_of}
    return [
        _(
            "The report of %(year)s stands for %(day)s (fiscal year %(fiscal)s).",
            year=year,
            day=day,
            fiscal=years.fiscal_label(year),
        )
        for year, day in sorted(dates.items())
    ]
