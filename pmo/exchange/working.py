"""What workers do with an import: read it into a preview, and apply it in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from pmo.access.models import User
from pmo.audit.acting import acting
from pmo.exchange import queries
from pmo.exchange.actions import begin_applying
from pmo.exchange.models import ImportRow, ImportRun
from pmo.exchange.offers import Context, Profile
from pmo.exchange.reading import read_source
from pmo.exchange.rules.limits import Unreadable
from pmo.exchange.rules.plans import CREATED, REFUSED, UPDATED, Plan, RowPlan, note
from pmo.exchange.rules.sentence import Sentence
from pmo.exchange.rules.sentence import sentence as _
from pmo.kernel.errors import HouseError

Work = Callable[[int], None]
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
        plan, report = make_plan(run, run.requested_by)
        _store(run, plan, report)
        run.state = ImportRun.State.PREVIEWED
        run.version += 1
        run.save()
        clean = run.rows_refused == 0 and bool(queries.may_apply(run))
        if run.apply_when_clean and clean:
            begin_applying(run, actor=run.requested_by)


def make_plan(run: ImportRun, actor: User) -> tuple[Plan, dict[str, Any]]:
    """What the run would do now. Raises Unreadable."""
    profile = queries.profile_named(run.profile)
    queries.set_progress(run.pk, 10)
    source, report, remarks = read_source(run, profile)
    queries.set_progress(run.pk, 40)
    plan = profile.plan(source, context_of(run, actor))
    return Plan(plan.rows, (*remarks, *plan.remarks)), report


def context_of(run: ImportRun, actor: User) -> Context:
    answers = dict(run.rows.exclude(answer="").values_list("key", "answer"))
    return Context(actor, timezone.localdate(), run.into, run.options, answers)


def _store(run: ImportRun, plan: Plan, report: dict[str, Any]) -> None:
    """Replace the rows of the run by those of a plan."""
    run.rows.all().delete()
    ImportRow.objects.bulk_create([_row(run, each) for each in plan.rows], batch_size=1000)
    run.set_counts(plan.counts)
    run.report, run.error = report, []
    run.remarks = [message.stored() for message in plan.remarks]


def _row(run: ImportRun, plan: RowPlan) -> ImportRow:
    return ImportRow(
        run=run,
        line=plan.line,
        key=plan.key[:240],
        label=plan.label[:200],
        outcome=plan.outcome,
        changes=[[name, *values] for name, values in plan.changes.items()],
        messages=[message.stored() for message in plan.messages],
        choices=[choice.stored() for choice in plan.choices],
        answer=plan.answer,
    )


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
    except Unreadable as refused:
        _fail(run_id, [refused.reason.stored(), refused.remedy.stored()])
    except HouseError as refused:
        _fail(run_id, [[refused.message, {}]])


def _write(run: ImportRun, actor: User) -> None:
    """Plan again on the data as they are now, and write; when more would be refused, show the new preview instead."""
    with acting(actor, "import.run"):
        plan, report = make_plan(run, actor)
        previewed = run.counts
        if plan.counts["refused"] > previewed["refused"]:
            _store(run, _with_remark(plan, _changed_data()), report)
            run.state = ImportRun.State.PREVIEWED
        else:
            _carry_out(run, plan, report, actor, previewed)
        run.version += 1
        run.save()


def _carry_out(run: ImportRun, plan: Plan, report: dict[str, Any], actor: User, previewed: dict[str, int]) -> None:
    profile: Profile = queries.profile_named(run.profile)
    queries.set_progress(run.pk, 60)
    rows = [row for row in plan.rows if row.outcome in (CREATED, UPDATED)]
    journal = profile.apply(rows, context_of(run, actor))
    queries.set_progress(run.pk, 90)
    told = plan if _same_figures(plan.counts, previewed) else _with_remark(plan, _different_figures(previewed))
    _store(run, told, report)
    _keep_journal(run, journal)
    run.state, run.applied_at = ImportRun.State.APPLIED, timezone.now()


def _keep_journal(run: ImportRun, journal: dict[int, dict[str, Any]]) -> None:
    rows = list(run.rows.filter(line__in=list(journal)).exclude(outcome=REFUSED))
    for row in rows:
        row.undo = journal[row.line]
    ImportRow.objects.bulk_update(rows, ["undo"], batch_size=1000)


def _with_remark(plan: Plan, reason: Sentence) -> Plan:
    return Plan(plan.rows, (note("", "", reason), *plan.remarks))


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
