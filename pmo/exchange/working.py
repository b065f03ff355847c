"""What workers do with an import: read it into a preview, and apply it in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from pmo.access.models import User
from pmo.audit.acting import acting
from pmo.exchange import queries
from pmo.exchange.actions import begin_applying
from pmo.exchange.models import ImportRow, ImportRun
from pmo.exchange.offers import Context
from pmo.exchange.reading import NeedsColumns, Reading, read_source
from pmo.exchange.rules.limits import Unreadable
from pmo.exchange.rules.plans import CREATED, REFUSED, UPDATED, Plan, RowPlan, note
from pmo.exchange.rules.sentence import Sentence
from pmo.exchange.rules.sentence import sentence as _
from pmo.exchange.rules.workbooks import address_of
from pmo.kernel.errors import HouseError
from pmo.organisation.queries import house_today

Work = Callable[[int], None]
Journal = Mapping[int, Mapping[str, Any]]
MOST_ATTEMPTS = 3
# Applies wait for each other, so that the plan of one sees all that the one before wrote.
APPLY_LOCK = 7_216_001


def read(run_id: int) -> None:
    """Turn an uploaded file into a preview; called again after a crash it starts afresh."""
    if not _attempt(run_id, ImportRun.State.READING):
        return
    try:
        with transaction.atomic():
            run = _claim(run_id, ImportRun.State.READING)
            if run is not None:
                _preview(run)
    except Unreadable as refused:
        _fail(run_id, [refused.reason.stored(), refused.remedy.stored()])
    except HouseError as refused:
        _fail(run_id, [[refused.message, {}]])


def _preview(run: ImportRun) -> None:
    with acting(run.requested_by, "import.run"):
        try:
            planned = make_plan(run, run.requested_by)
        except NeedsColumns as unsure:
            _ask_columns(run, unsure)
            return
        queries.set_progress(run.pk, 80, queries.KEEPING)
        _store(run, planned)
        run.state = ImportRun.State.PREVIEWED
        run.version += 1
        run.save()
        clean = run.rows_refused == 0 and bool(queries.may_apply(run))
        if run.apply_when_clean and clean:
            begin_applying(run, actor=run.requested_by)


def _ask_columns(run: ImportRun, unsure: NeedsColumns) -> None:
    """Leave the run with a person, who says what its columns mean; a program that sent it is told what lacks."""
    run.rows.all().delete()
    run.report, run.error = unsure.report, unsure.told
    run.state = ImportRun.State.MAPPING if run.asks else ImportRun.State.FAILED
    run.set_counts(Plan(()).counts)
    run.version += 1
    run.save()


@dataclass(frozen=True)
class Planned:
    """What a run would do now, and how its file was read."""

    plan: Plan
    reading: Reading

    @property
    def cells(self) -> Mapping[int, Mapping[str, str]]:
        """The cells of refused rows as they were read, by line, so that a person can mend them."""
        refused = {row.line for row in self.plan.rows if row.outcome == REFUSED and not row.choices}
        rows = (row for row in self.reading.source.table.rows if row.line in refused)
        return {row.line: {name: row.get(name) for name in row.cells} for row in rows}

    def with_remark(self, reason: Sentence) -> Planned:
        return replace(self, plan=Plan(self.plan.rows, (note("", "", reason), *self.plan.remarks)))


def make_plan(run: ImportRun, actor: User) -> Planned:
    """What the run would do now. Raises Unreadable and NeedsColumns."""
    profile = queries.profile_of(run)
    queries.set_progress(run.pk, 5, queries.READING)
    reading = read_source(run, profile)
    queries.set_progress(run.pk, 30, queries.PLANNING)
    plan = profile.plan(reading.source, context_of(run, actor))
    return Planned(Plan(plan.rows, (*reading.remarks, *plan.remarks)), reading)


def context_of(run: ImportRun, actor: User) -> Context:
    answers = dict(run.rows.exclude(answer="").values_list("key", "answer"))
    return Context(actor, house_today(), run.into, run.options, answers)


def _store(run: ImportRun, planned: Planned, journal: Journal | None = None) -> None:
    """Replace the rows of the run by those of a plan; `journal` is what undoing each line needs."""
    run.rows.all().delete()
    run.report, run.mapping = planned.reading.report, dict(planned.reading.mapping)
    cells, places = planned.cells, run.report["places"] if run.is_workbook else {}
    undo = journal or {}
    rows = [_row(run, each, cells.get(each.line, {}), places, undo.get(each.line, {})) for each in planned.plan.rows]
    ImportRow.objects.bulk_create(rows, batch_size=1000)
    run.set_counts(planned.plan.counts)
    run.error = []
    run.remarks = [message.stored() for message in planned.plan.remarks]


def _row(
    run: ImportRun, plan: RowPlan, cells: Mapping[str, str], places: Mapping[str, int], undo: Mapping[str, Any]
) -> ImportRow:
    return ImportRow(
        run=run,
        line=plan.line,
        key=plan.key[:240],
        label=plan.label[:200],
        outcome=plan.outcome,
        changes=[[name, *values] for name, values in plan.changes.items()],
        messages=[message.stored() | _place(plan.line, message.column, places) for message in plan.messages],
        choices=[choice.stored() for choice in plan.choices],
        question=plan.question if plan.choices else "",
        answer=plan.answer,
        cells=dict(cells),
        undo=dict(undo),
    )


def _place(line: int, column: str, places: Mapping[str, int]) -> dict[str, str]:
    """Where in a workbook a message belongs."""
    return {"cell": address_of(line, places[column])} if column in places else {}


def apply(run_id: int) -> None:
    """Write a run: all of it or nothing. A second delivery finds it done."""
    if not _attempt(run_id, ImportRun.State.APPLYING):
        return
    try:
        with transaction.atomic():
            _wait_for_turn()
            run = _claim(run_id, ImportRun.State.APPLYING)
            if run is not None and run.applied_by is not None:
                _write(run, run.applied_by)
    except NeedsColumns as unsure:
        _fail(run_id, unsure.told)
    except Unreadable as refused:
        _fail(run_id, [refused.reason.stored(), refused.remedy.stored()])
    except HouseError as refused:
        _fail(run_id, [[refused.message, {}]])


def _write(run: ImportRun, actor: User) -> None:
    """Plan again on the data as they are now, and write; when more would be refused, show the new preview instead."""
    with acting(actor, "import.run"):
        planned = make_plan(run, actor)
        previewed = run.counts
        if planned.plan.counts["refused"] > previewed["refused"]:
            _store(run, planned.with_remark(_changed_data()))
            run.state = ImportRun.State.PREVIEWED
        else:
            _carry_out(run, planned, actor, previewed)
        run.version += 1
        run.save()


def _carry_out(run: ImportRun, planned: Planned, actor: User, previewed: dict[str, int]) -> None:
    queries.set_progress(run.pk, 60, queries.WRITING)
    rows = [row for row in planned.plan.rows if row.outcome in (CREATED, UPDATED)]
    journal = queries.profile_of(run).apply(rows, context_of(run, actor))
    queries.set_progress(run.pk, 90, queries.KEEPING)
    same = _same_figures(planned.plan.counts, previewed)
    _store(run, planned if same else planned.with_remark(_different_figures(previewed)), journal)
    run.state, run.applied_at = ImportRun.State.APPLIED, timezone.now()


def _changed_data() -> Sentence:
    return _("The data changed since the preview and more rows would be refused. Nothing was written; look again.")


def _different_figures(previewed: dict[str, int]) -> Sentence:
    return _(
        "The data changed between preview and application. The preview said: %(created)s created, %(updated)s updated, "
        "%(unchanged)s unchanged, %(refused)s refused.",
        **previewed,
    )


def _same_figures(now: dict[str, int], previewed: dict[str, int]) -> bool:
    return all(now[name] == previewed[name] for name in ("created", "updated", "unchanged", "refused"))


def _attempt(run_id: int, state: str) -> bool:
    """Count a try outside the work's transaction; a run that killed its worker three times is given up."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=run_id, state=state).first()
        if run is None:
            return False
        run.attempts += 1
        ImportRun.objects.filter(pk=run_id).update(attempts=run.attempts)
    if run.attempts > MOST_ATTEMPTS:
        _fail(run_id, [_("The worker stopped %(count)s times on this file.", count=MOST_ATTEMPTS).stored()])
        return False
    return True


def _claim(run_id: int, state: str) -> ImportRun | None:
    """The run, locked until the work is done; None when another worker has it or it has moved on."""
    waiting = ImportRun.objects.select_for_update(of=("self",), skip_locked=True)
    return waiting.select_related("requested_by", "applied_by").filter(pk=run_id, state=state).first()


def _wait_for_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPLY_LOCK])


def _fail(run_id: int, error: Sequence[Any]) -> None:
    """A file that cannot be read fails for good; a preview that cannot be written stays a preview."""
    run = ImportRun.objects.select_related("requested_by", "applied_by").get(pk=run_id)
    actor = run.applied_by or run.requested_by
    with acting(actor, "import.run"):
        was_applying = run.state == ImportRun.State.APPLYING
        run.state = ImportRun.State.PREVIEWED if was_applying else ImportRun.State.FAILED
        run.error = list(error)
        run.version += 1
        run.save()


def stuck() -> list[ImportRun]:
    """Runs that wait for a worker longer than any work takes."""
    return list(
        ImportRun.objects.filter(
            state__in=(ImportRun.State.READING, ImportRun.State.APPLYING),
            updated_at__lt=timezone.now() - timedelta(minutes=15),
        )
    )


def explain(run_id: int) -> None:
    """Tell the reader that something broke which is nobody's input; the log has the rest."""
    _fail(run_id, [_("The import stopped by an error of this program; it was logged.").stored()])
