"""What a pack prints: published figures at a business date, cut to what its whole audience may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.access.models import User
from pmo.access.policy import can
from pmo.fields.models import CustomField
from pmo.fields.queries import People, fields_of, pairs
from pmo.kernel.errors import NotVisible
from pmo.kernel.money import common_currency
from pmo.kernel.verdict import Verdict, no
from pmo.organisation.models import Organisation
from pmo.organisation.queries import subtree
from portfolio.projects.models import OPEN_STATES, Lifecycle, Project, ProjectQuerySet
from portfolio.projects.queries import in_scope
from portfolio.status import queries as status
from portfolio.status.models import DecisionNeeded, StatusReport
from portfolio.status.queries import published_until
from portfolio.status.rules import is_late
from reporting.dashboard.rules import Periods, choose_periods
from reporting.packs.models import Pack, PackRun, PackTemplate
from reporting.packs.open_entries import entries_of
from reporting.packs.rules.edition import Edition
from reporting.packs.rules.figures import (
    DecisionFigures,
    DimensionFigures,
    EntryFigures,
    PackFigures,
    ProjectFigures,
    from_json,
)
from reporting.packs.sealed import seal_in

OTHER_YEAR = "other_year"
FIGURES = ("finish_baseline", "finish_forecast", "whole_life_cost", "budget", "forecast")


def figures(pack: Pack, at: date, people: Sequence[User], earlier_ids: Iterable[int] = ()) -> PackFigures:
    """The pack's figures at a business date; the number of queries grows with the people, not with the projects.

    Where reports come as yearly or quarterly snapshots, the pack reports on the last snapshot and counts what is in it.
    """
    organisation = Organisation.current()
    periods = periods_of(pack, at)
    day = periods.ends[-1] if periods.snapshots else at
    projects = list(_of_scope(pack, day, snapshot=periods.snapshots).with_parents().order_by("code"))
    seen = _seen_by_all({project.pk for project in projects}, people)
    counted = [project for project in projects if project.pk in seen]
    rows = _rows(counted, day, organisation, entries_of([project.pk for project in counted], people))
    currency = common_currency((project.currency for project in counted), organisation.currency)
    year = _fiscal_year([row for row in rows if row[0].currency == currency], organisation, day)
    return PackFigures(
        pack=pack.name,
        organisation=organisation.name,
        scope=str(pack.scope or _("All portfolios")),
        scope_kind=pack.scope_kind,
        at=day,
        period_start=day.replace(day=1),
        currency=currency,
        fiscal_year=year,
        projects=tuple(_of_year(row, report_year, year) for row, report_year in rows),
        of=len(projects),
        gone=_gone(pack, set(earlier_ids) - seen, {project.pk for project in projects}),
        late_after_days=organisation.report_grace_days,
    )


def periods_of(pack: Pack, at: date) -> Periods:
    """Months, or the dates of the snapshots where reports come seldom."""
    reports = published_until(at, Project.objects.filter(scope_of(pack))).order_by()
    return choose_periods(reports.values_list("as_of", flat=True).distinct(), at)


@contextmanager
def one_snapshot() -> Iterator[None]:
    """All reads inside see the database as of one instant; inside another transaction they see that one's."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def find_pack(user: User, pk: int) -> Pack:
    """The pack with what it is about, or NotVisible."""
    found = Pack.objects.visible_to(user).with_scope().filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("This pack does not exist, or you may not see it."))
    return found


def template_of(pack: Pack) -> PackTemplate:
    """The version in force; an unsaved number 0 that says what the pack says, when nobody has saved one."""
    saved = PackTemplate.objects.filter(pack=pack).order_by("-number").first()
    shown = saved or PackTemplate(number=0, version=0, language=pack.language, sections=pack.sections)
    shown.pack = pack
    return shown


def scope_of(pack: Pack) -> Q:
    """The filter of projects in the pack's scope, whoever may see them."""
    units = subtree([pack.unit_id]) if pack.unit_id else None
    return in_scope(portfolio=pack.portfolio_id, programme=pack.programme_id, unit_ids=units)


def _of_scope(pack: Pack, at: date, *, snapshot: bool) -> ProjectQuerySet:
    """Projects that had begun and not ended at the business date; of a snapshot, those that are in it."""
    reports = StatusReport.objects.published().filter(project=OuterRef("pk"))
    everything = Project.objects.filter(scope_of(pack))
    if snapshot:
        return everything.filter(Exists(reports.filter(as_of=at)))
    begun = Q(Exists(reports.filter(as_of__lte=at))) | Q(created_at__date__lte=at)
    open_then = Q(state__in=OPEN_STATES) | Q(finish_actual__gt=at)
    return everything.filter(begun, open_then)


def _seen_by_all(ids: set[int], people: Sequence[User]) -> set[int]:
    for person in people:
        ids = ids & set(Project.objects.filter(pk__in=ids).visible_to(person).values_list("pk", flat=True))
    return ids


def unseen(run: PackRun, user: User) -> int:
    """How many projects that a kept pack names the person may not see today; those deleted since hide nothing."""
    still_there = Project.objects.filter(pk__in=[*run.project_ids, *run.gone_ids])
    return still_there.count() - still_there.visible_to(user).count()


def may_download(run: PackRun, user: User) -> Verdict:
    """The right to download packs and to see every project that this one counts."""
    verdict = can(user, "pack.download", run, view="pack.view")
    hidden = unseen(run, user) if verdict else 0
    if not hidden:
        return verdict
    return no(
        ngettext(
            "This pack counts %(n)s project that you may not see.",
            "This pack counts %(n)s projects that you may not see.",
            hidden,
        )
        % {"n": hidden}
    )


def earlier_run(pack: Pack, at: date, before: PackRun | None = None) -> PackRun | None:
    """The last published run of an earlier business date, older than `before`: of one day nothing can have changed."""
    done = PackRun.objects.filter(pack=pack, state=PackRun.State.DONE, published=True, at__lt=at)
    if before is not None:
        done = done.exclude(pk=before.pk).filter(requested_at__lte=before.requested_at)
    return done.order_by("-at", "-finished_at").first()


def earlier_figures(pack: Pack, at: date, people: Sequence[User], run: PackRun | None) -> PackFigures | None:
    """What to compare with: the figures kept with the run, or for a first pack those of the period before."""
    if run is not None:
        return _shown_to(people, from_json(run.figures))
    day = periods_of(pack, at).previous
    found = figures(pack, day, people) if day else None
    return found if found and any(project.reported_on for project in found.projects) else None


def _shown_to(people: Sequence[User], kept: PackFigures) -> PackFigures:
    """Kept figures without the projects that somebody of today's audience may not see; deleted ones hide nothing."""
    there = set(Project.objects.filter(pk__in=kept.by_id).values_list("pk", flat=True))
    hidden = there - _seen_by_all(there, people)
    return replace(kept, projects=tuple(project for project in kept.projects if project.id not in hidden))


def edition_of(run: PackRun) -> Edition:
    """The edition that a finished run printed, from the figures kept with it."""
    earlier = run.earlier or (run.compared_with.figures if run.compared_with else {})
    return Edition(
        figures=from_json(run.figures),
        previous=from_json(earlier) if earlier else None,
        number=run.number or 0,
        as_of=run.as_of or run.requested_at,
        published=run.published,
        design=run.design,
        software=software(),
        seal=seal_in(run.figures),
        time_zone=home_zone(),
    )


def software() -> str:
    return f"PMO {settings.PMO_VERSION}"


def audience(run: PackRun) -> list[User]:
    """Everybody who will read the pack: its recipients and, unless the system asked, who had it made."""
    people = list(run.pack.recipients.filter(is_active=True))
    requester = run.requested_by
    return people if requester.is_system or requester in people else [*people, requester]


def _rows(
    projects: Sequence[Project],
    at: date,
    organisation: Organisation,
    entries: Mapping[int, tuple[EntryFigures, ...]],
) -> list[tuple[ProjectFigures, str]]:
    """Each project with the fiscal year of its figures; five queries, six when custom fields name people."""
    ids = [project.pk for project in projects]
    latest = {report.project_id: report for report in status.latest_at(at, ids)}
    strips = status.last_reports(at, ids)
    asked: dict[int, list[DecisionNeeded]] = {}
    for decision in status.decisions_needed(at, ids):
        asked.setdefault(decision.report_id, []).append(decision)
    waiting = set(status.handed_in(at).filter(project__in=ids).values_list("project_id", flat=True))
    fields, people = [field for field in fields_of("project", None) if field.in_packs], People()
    rows = [_row(project, latest.get(project.pk), strips, asked, waiting, at, organisation) for project in projects]
    details = [_details(project, fields, people) for project in projects]
    return [
        (replace(row, details=told, entries=entries.get(row.id, ())), year)
        for (row, year), told in zip(rows, details, strict=True)
    ]


def _details(project: Project, fields: Sequence[CustomField], people: People) -> tuple[tuple[str, str], ...]:
    """The custom fields that packs show, as far as they are given; all of them are open to whoever reads the pack."""
    return tuple((field.label, value) for field, value in pairs(project, fields, people) if value)


def _row(
    project: Project,
    report: StatusReport | None,
    strips: dict[int, list[Any]],
    asked: dict[int, list[DecisionNeeded]],
    waiting: set[int],
    at: date,
    organisation: Organisation,
) -> tuple[ProjectFigures, str]:
    source: Any = report or project
    row = ProjectFigures(
        id=project.pk,
        code=project.code,
        name=project.name,
        short_name=project.short_name,
        programme=project.programme.name if project.programme else "",
        unit=project.unit.name if project.unit else "",
        manager=_person(report.manager_name if report else "", project.manager),
        sponsor=_person(report.sponsor_name if report else "", project.sponsor),
        phase=str(source.get_phase_display()),
        strip=tuple(overall for _as_of, overall, _pk in strips.get(project.pk, [])),
        report_expected=project.owes_reports,
        late=project.owes_reports and project.pk not in waiting and _is_late(project, report, at, organisation),
        currency=source.currency or project.currency,
        absent={name: str(reason) for name, reason in source.absent.items()},
        **{name: getattr(source, name) for name in FIGURES},
    )
    return (_judged(row, report, asked.get(report.pk, [])) if report else row), source.fiscal_year


def _person(frozen: str, now: User | None) -> str:
    return frozen or (str(now) if now else "")


def _judged(row: ProjectFigures, report: StatusReport, asked: Sequence[DecisionNeeded]) -> ProjectFigures:
    return replace(
        row,
        overall=report.overall,
        trend=report.overall_trend or "same",
        dimensions={name: _dimension(value) for name, value in sorted(report.dimensions.items())},
        reported_on=report.as_of,
        summary=report.summary or report.overall_comment,
        achievements=tuple(map(str, report.achievements)),
        next_steps=tuple(map(str, report.next_steps)),
        decisions=tuple(
            DecisionFigures(each.text, each.needed_by, each.asked_of, each.recommendation) for each in asked
        ),
    )


def _dimension(judgement: dict[str, str]) -> DimensionFigures:
    return DimensionFigures(
        judgement.get("value", ""), judgement.get("trend") or "same", str(judgement.get("comment", ""))
    )


def _is_late(project: Project, report: StatusReport | None, at: date, organisation: Organisation) -> bool:
    """Whether a newer report was due at the business date."""
    due = project.due_after(report.as_of) if report else project.report_due_on
    return is_late(due, at, organisation.report_grace_days)


def _fiscal_year(rows: list[tuple[ProjectFigures, str]], organisation: Organisation, at: date) -> str:
    """The year that most figures in the pack's currency stand for, otherwise the organisation's at that date."""
    named = Counter(year for row, year in rows if year and row.forecast is not None)
    return named.most_common(1)[0][0] if named else organisation.fiscal_calendar.year_of(at).label


def _of_year(row: ProjectFigures, report_year: str, year: str) -> ProjectFigures:
    """Leaves out budget and forecast that stand for another year: sums would mix years."""
    if not report_year or report_year == year:
        return row
    told = {name: OTHER_YEAR for name in ("budget", "forecast") if getattr(row, name) is not None}
    return replace(row, budget=None, forecast=None, absent={**row.absent, **told})


def _gone(pack: Pack, missing: set[int], in_pack: set[int]) -> dict[str, str]:
    """Why each missing project is not counted any more; two queries."""
    if not missing:
        return {}
    states = dict(Project.objects.filter(pk__in=missing).values_list("pk", "state"))
    in_scope_still = set(Project.objects.filter(scope_of(pack), pk__in=missing).values_list("pk", flat=True))
    return {str(pk): _reason(states.get(pk, ""), pk in in_pack, pk in in_scope_still) for pk in sorted(missing)}


def _reason(state: str, in_pack: bool, in_scope_still: bool) -> str:
    if not state:
        return "deleted"
    if in_pack:
        return "hidden"
    if state in (Lifecycle.CLOSED, Lifecycle.CANCELLED):
        return "closed"
    return "unreported" if in_scope_still else "moved"


def home_zone() -> str:
    """The organisation's zone, in which a pack writes its instants."""
    return Organisation.current().time_zone
