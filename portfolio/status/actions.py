"""Verbs on status reports: start, write, submit, recall, return, publish, correct."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import can, require
from pmo.access.preferences import within_sentence
from pmo.audit.acting import action, lock
from pmo.audit.edit import save_checked
from pmo.audit.records import record
from pmo.kernel import rag
from pmo.kernel.errors import Broken, Invalid, WrongState
from pmo.kernel.verdict import YES, Verdict, no
from pmo.notices import outbox
from pmo.organisation.queries import house_today
from pmo.workflow import engine
from portfolio.projects.models import Project
from portfolio.status import rules
from portfolio.status.content import content_of, figures_of, open_gaps, read_proposed, words
from portfolio.status.drafting import carried_over, read_changes, write_decisions
from portfolio.status.models import ReportState, StatusReport
from portfolio.status.queries import last_published, open_report
from portfolio.status.standing import refresh


def _locked(report_id: int, actor: User, version: int | None) -> StatusReport:
    visible = StatusReport.objects.visible_to(actor).select_related("project", "project__manager", "project__sponsor")
    return lock(visible, report_id, version=version)


@action("status.write")
def start(project_id: int, *, actor: User) -> StatusReport:
    """Open the next report of a project, pre-filled from the last one; returns the open one when there is one."""
    project = lock(Project.objects.visible_to(actor), project_id)
    require(actor, "status.write", project)
    existing = open_report(project)
    if existing is not None:
        return existing
    if not project.is_open:
        raise WrongState(_("%(project)s is closed; closed projects are not reported on.") % {"project": project.code})
    last, today = last_published(project), house_today()
    report = StatusReport(
        project=project,
        number=_next_number(project),
        author=actor,
        as_of=max(today, last.as_of + timedelta(days=1)) if last else today,
        period_from=last.as_of + timedelta(days=1) if last else None,
        due_on=project.report_due_on,
        **carried_over(last),
        **figures_of(project, {}),
    )
    save_checked(report)
    write_decisions(report, _still_needed(last))
    record(actor, "status.write", report)
    return report


def _still_needed(last: StatusReport | None) -> list[dict[str, Any]]:
    """What the last report asked for and is not past its date; what nobody decided in time is asked anew, or not."""
    if last is None:
        return []
    return [_decision_fields(each) for each in last.decisions.filter(needed_by__gte=house_today())]


def _next_number(project: Project) -> int:
    return (project.reports.aggregate(last=Max("number"))["last"] or 0) + 1


@action("status.write")
def save_draft(report_id: int, changes: Mapping[str, Any], *, actor: User, version: int | None = None) -> StatusReport:
    """Keep what was typed so far; incomplete is fine, nonsense is refused by field, nothing typed is lost elsewhere."""
    report = _locked(report_id, actor, version)
    require(actor, "status.write", report)
    insist_editable(report)
    fields, decisions = read_changes(report, changes)
    for name, value in fields.items():
        setattr(report, name, value)
    report.version += 1
    save_checked(report)
    if decisions is not None:
        write_decisions(report, decisions)
    return report


def insist_editable(report: StatusReport) -> None:
    """Raises WrongState for a report that was handed in."""
    if report.state not in rules.EDITABLE_STATES:
        state = within_sentence(report.get_state_display())
        raise WrongState(_("This report is %(state)s and no longer changes.") % {"state": state})


@action("status.submit")
def submit(report_id: int, *, actor: User, version: int | None = None) -> StatusReport:
    """Hand the report to the PMO: all gaps are named at once; figures and trends are taken now."""
    report = _locked(report_id, actor, version)
    engine.move(report, "submit", actor=actor, flow=rules.FLOW)
    content = content_of(report)
    gaps = open_gaps(report, content)
    if gaps:
        raise Invalid({gap.field: [words(gap)] for gap in gaps})
    _take_figures(report)
    _judge_against_last(report, content)
    report.submitted_by, report.submitted_at, report.return_note = actor, timezone.now(), ""
    _save(report)
    outbox.enqueue("status.tell_checkers", report.pk)
    return report


def _take_figures(report: StatusReport) -> None:
    for name, value in figures_of(report.project, report.proposed).items():
        setattr(report, name, value)


def _judge_against_last(report: StatusReport, content: rules.Content) -> None:
    last = last_published(report.project, before=report.as_of)
    before = content_of(last) if last else None
    computed = rules.trends(before, content)
    report.overall_trend = report.overall_trend or computed["overall"]
    for name in rag.DIMENSIONS:
        judgement = report.judgement(name)
        report.dimensions[name] = {**judgement, "trend": judgement["trend"] or computed[name]}
    report.unchanged = (last.unchanged + 1) if last and rules.is_unchanged(before, content) else 0


def _save(report: StatusReport) -> None:
    report.version += 1
    save_checked(report)


@action("status.submit")
def recall(report_id: int, *, actor: User, version: int | None = None) -> StatusReport:
    """Take a submitted report back before anybody has checked it."""
    report = _locked(report_id, actor, version)
    engine.move(report, "recall", actor=actor, flow=rules.FLOW)
    _save(report)
    return report


@action("status.check")
def send_back(report_id: int, note: str, *, actor: User, version: int | None = None) -> StatusReport:
    """Return a submitted report to its author with the reason."""
    report = _locked(report_id, actor, version)
    engine.move(report, "return", actor=actor, flow=rules.FLOW, note=note)
    report.return_note = note
    _save(report)
    outbox.enqueue("status.tell_author", report.pk, "returned")
    return report


@action("status.publish")
def publish(report_id: int, *, actor: User, version: int | None = None) -> StatusReport:
    """Publish a checked report: it freezes, replaces the edition it corrects, and the project takes its standing."""
    report = _locked(report_id, actor, version)
    engine.move(report, "publish", actor=actor, flow=rules.FLOW, guards=[_date_is_free])
    report.published_by, report.published_at = actor, timezone.now()
    if report.corrects is not None:
        _supersede(report.corrects)
    _save(report)
    _carry_proposals(report)
    refresh([report.project_id])
    outbox.enqueue("status.tell_author", report.pk, "published")
    return report


def _date_is_free(report: StatusReport) -> Verdict:
    others = StatusReport.objects.published().filter(project=report.project, as_of=report.as_of)
    if others.exclude(pk=report.corrects_id or 0).exists():
        return no(_("A report for this date is published already; correct that one."))
    return YES


def _supersede(report: StatusReport) -> None:
    report.state = ReportState.SUPERSEDED
    report.version += 1
    report.save()


def _carry_proposals(report: StatusReport) -> None:
    proposed = read_proposed(report.proposed)
    newest = last_published(report.project)
    if not proposed or newest is None or newest.pk != report.pk:
        return
    project = lock(Project.objects.all(), report.project_id)
    for name, value in proposed.items():
        setattr(project, name, value)
    project.version += 1
    save_checked(project)


@action("status.write")
def correct(report_id: int, reason: str, *, actor: User, version: int | None = None) -> StatusReport:
    """Open the next edition of a published report; the published one stays until the correction is published."""
    report = _locked(report_id, actor, version)
    if not can(actor, "status.check", report):
        require(actor, "status.write", report)
    if report.state != ReportState.PUBLISHED:
        raise WrongState(_("Only a published report can be corrected."))
    if not reason.strip():
        raise Broken(_("Say what is corrected and why."), field="reason")
    if open_report(report.project) is not None:
        raise WrongState(_("Finish or submit the open report of this project first."))
    edition = _copy(report)
    edition.author, edition.correction_reason = actor, reason
    save_checked(edition)
    write_decisions(edition, [_decision_fields(decision) for decision in report.decisions.all()])
    record(actor, "status.write", edition, note=reason)
    return edition


def _copy(report: StatusReport) -> StatusReport:
    fresh = {
        "id",
        "version",
        "created_at",
        "updated_at",
        "submitted_by",
        "submitted_at",
        "published_by",
        "published_at",
    }
    kept = {
        field.attname: getattr(report, field.attname)
        for field in StatusReport._meta.concrete_fields
        if field.name not in fresh
    }
    return StatusReport(
        **{
            **kept,
            "edition": report.edition + 1,
            "corrects_id": report.pk,
            "state": ReportState.DRAFT,
            "return_note": "",
        }
    )


def _decision_fields(decision: Any) -> dict[str, Any]:
    return {name: getattr(decision, name) for name in ("text", "asked_of", "needed_by", "recommendation")}


@action("status.remind")
def ask_for_reports(projects: Iterable[int], *, actor: User) -> int:
    """Ask the managers of projects for their late reports; returns how many were asked."""
    asked = 0
    for pk in sorted(projects):
        project = lock(Project.objects.visible_to(actor).select_related("manager"), pk)
        require(actor, "status.remind", project)
        if project.manager is not None and project.report_due_on is not None:
            record(actor, "status.remind", project)
            outbox.enqueue("status.tell_manager", project.pk, actor.pk, house_today().isoformat())
            asked += 1
    return asked
