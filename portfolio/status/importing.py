"""Published reports that come from another register: many at once, kept as published, undoable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import Max, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.audit.acting import action
from pmo.audit.records import record, record_all
from pmo.kernel import rag
from portfolio.projects.models import Project
from portfolio.status.models import Origin, ReportState, StatusReport
from portfolio.status.standing import refresh


@dataclass(frozen=True)
class ImportedStatus:
    """One published snapshot of one project at its business date; absent figures carry their reason."""

    project_id: int
    as_of: date
    overall: str
    rating_as_published: str = ""
    summary: str = ""
    commentary: dict[str, str] = field(default_factory=dict)
    start: date | None = None
    finish_forecast: date | None = None
    currency: str = ""
    whole_life_cost: Decimal | None = None
    budget: Decimal | None = None
    forecast: Decimal | None = None
    fiscal_year: str = ""
    absent: dict[str, str] = field(default_factory=dict)


VALUES = tuple(each.name for each in fields(ImportedStatus) if each.name != "project_id")


@dataclass(frozen=True)
class ImportOutcome:
    """Reports made, reports that replaced an earlier edition, and how many were the same already."""

    created: list[StatusReport]
    corrected: list[StatusReport]
    unchanged: int


def existing_imports(rows: Iterable[ImportedStatus]) -> dict[tuple[int, date], StatusReport]:
    """The published reports that stand at the dates of the rows; one query."""
    rows = list(rows)
    found = StatusReport.objects.published().filter(
        project__in={row.project_id for row in rows}, as_of__in={row.as_of for row in rows}
    )
    return {(report.project_id, report.as_of): report for report in found}


def is_same(report: StatusReport, row: ImportedStatus) -> bool:
    """Whether the report says already what the row says."""
    return all(getattr(report, name) == getattr(row, name) for name in VALUES)


@action("import.run")
def import_published(rows: Sequence[ImportedStatus], *, actor: User) -> ImportOutcome:
    """Publish imported snapshots; the same again changes nothing, a different one becomes the next edition.

    The caller has checked `import.run` for the portfolio. Constant queries for any number of rows.
    """
    standing = existing_imports(rows)
    fresh = [row for row in rows if (row.project_id, row.as_of) not in standing]
    pairs = [(standing[row.project_id, row.as_of], row) for row in rows if (row.project_id, row.as_of) in standing]
    differing = [(report, row) for report, row in pairs if not is_same(report, row)]
    numbers = _last_numbers({row.project_id for row in fresh})
    created = [
        _make(row, actor, number=_next(numbers, row.project_id)) for row in sorted(fresh, key=lambda row: row.as_of)
    ]
    _supersede([report for report, _row in differing])
    corrected = [_make(row, actor, number=report.number, corrects=report) for report, row in differing]
    StatusReport.objects.bulk_create([*created, *corrected], batch_size=500)
    _keep_standing({report.project_id for report in (*created, *corrected)})
    record_all(actor, "import.run", _labels([*created, *corrected]))
    return ImportOutcome(created, corrected, len(pairs) - len(differing))


def _labels(reports: Sequence[StatusReport]) -> dict[Model, str]:
    """What records call the reports; one query for the codes of their projects."""
    codes = dict(Project.objects.filter(pk__in={each.project_id for each in reports}).values_list("pk", "code"))
    words = _("Report %(number)s of %(project)s")
    return {each: words % {"number": each.number, "project": codes[each.project_id]} for each in reports}


def _keep_standing(project_ids: set[int]) -> None:
    """What follows from a changed series of reports: what each imported one tells of the series, then the standing."""
    _retell_series(project_ids)
    refresh(project_ids)


_SERIES = ("project_id", "as_of", "overall", "overall_trend", "finish_baseline", "finish_forecast", "origin", "version")


def _retell_series(project_ids: set[int]) -> None:
    """Trend and baseline of an imported report follow from the reports before it, whenever those arrive.

    Nobody judged its trend: it is the move since the report before. Its baseline is the first published finish.
    """
    reports = StatusReport.objects.published().filter(project__in=project_ids).order_by("project_id", "as_of", "pk")
    changed = []
    for _project, series in groupby(reports.only(*_SERIES), key=lambda report: report.project_id):
        baseline, before = None, None
        for report in series:
            baseline = baseline or report.finish_forecast
            if report.origin == Origin.IMPORT and _retell(report, _trend(before, report), baseline):
                changed.append(report)
            before = report
    StatusReport.objects.bulk_update(changed, ["overall_trend", "finish_baseline", "version"], batch_size=500)


def _retell(report: StatusReport, trend: str, baseline: date | None) -> bool:
    if (report.overall_trend, report.finish_baseline) == (trend, baseline):
        return False
    report.overall_trend, report.finish_baseline = trend, baseline
    report.version += 1
    return True


def _trend(before: StatusReport | None, after: StatusReport) -> str:
    if before is None:
        return ""
    told = rag.is_reported(before.overall) and rag.is_reported(after.overall)
    return rag.trend_between(before.overall, after.overall) if told else ""


def _last_numbers(project_ids: set[int]) -> dict[int, int]:
    rows = StatusReport.objects.filter(project__in=project_ids).values_list("project_id").annotate(Max("number"))
    return dict(rows)


def _next(numbers: dict[int, int], project_id: int) -> int:
    numbers[project_id] = numbers.get(project_id, 0) + 1
    return numbers[project_id]


def _make(row: ImportedStatus, actor: User, *, number: int, corrects: StatusReport | None = None) -> StatusReport:
    return StatusReport(
        project_id=row.project_id,
        number=number,
        edition=corrects.edition + 1 if corrects else 1,
        corrects=corrects,
        state=ReportState.PUBLISHED,
        origin=Origin.IMPORT,
        author=actor,
        published_by=actor,
        published_at=timezone.now(),
        **{name: getattr(row, name) for name in VALUES},
    )


def _supersede(reports: Sequence[StatusReport]) -> None:
    for report in reports:
        report.state = ReportState.SUPERSEDED
        report.version += 1
    StatusReport.objects.bulk_update(reports, ["state", "version"], batch_size=500)


@action("import.run")
def withdraw_imported(report_ids: Iterable[int], *, actor: User) -> int:
    """Take imported reports back; what they replaced stands again. History keeps what was."""
    reports = list(
        StatusReport.objects.select_for_update(of=("self",)).filter(pk__in=list(report_ids), origin=Origin.IMPORT)
    )
    projects = {report.project_id for report in reports}
    replaced = [report.corrects_id for report in reports if report.corrects_id]
    StatusReport.objects.filter(pk__in=[report.pk for report in reports]).delete()
    restored = list(StatusReport.objects.filter(pk__in=replaced, state=ReportState.SUPERSEDED))
    for report in restored:
        report.state = ReportState.PUBLISHED
        report.version += 1
    StatusReport.objects.bulk_update(restored, ["state", "version"])
    _keep_standing(projects)
    record(actor, "import.run", None, label=f"{len(reports)} status reports withdrawn")
    return len(reports)
