"""Writes the reports of two years: published ones with their checks, and those that are unfinished today."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pmo.access.models import User
from pmo.audit.models import Record
from pmo.kernel import rag
from pmo.kernel.periods import fiscal_year
from pmo.workflow.models import Transition
from portfolio.projects.models import Project
from portfolio.status import rules
from portfolio.status.models import DecisionNeeded, ReportState, StatusReport
from reporting.sample.building import Planned, phase_at
from reporting.sample.loading import copied
from reporting.sample.rules import steps, words
from reporting.sample.rules.stories import STORIES, Moment

SKIPPED = {"late": 1, "very late": 2}
UNFINISHED = {"draft": ReportState.DRAFT, "submitted": ReportState.SUBMITTED, "returned": ReportState.RETURNED}
TRANSITION = ("at", "flow", "object_type", "object_id", "verb", "source", "target", "actor_id", "note")
RECORD = (
    "at", "actor_id", "verb", "object_type", "object_id", "object_label", "project_id", "changes", "note", "source",
    "request_id", "token",
)  # fmt: skip
RETURN_NOTE = "Please say which record types fail and until when they are corrected; the board will ask."


@dataclass(frozen=True)
class Chapter:
    """A report with the decision it asks for, if any."""

    report: StatusReport
    decision: DecisionNeeded | None


def chapters(planned: Planned, project: Project, users: Mapping[str, User], today: date) -> list[Chapter]:
    """The reports of one project, oldest first."""
    told = planned.told[: len(planned.told) - SKIPPED.get(planned.row.waits, 0)]
    chance = random.Random(f"dates of {planned.row.name}")
    found: list[Chapter] = []
    before: rules.Content | None = None
    for turn, moment in enumerate(told):
        previous = found[-1].report if found else None
        content = _content(planned, moment, turn, before)
        report = _report(planned, project, moment, content, before, previous)
        last = turn == len(told) - 1
        _live(report, UNFINISHED.get(planned.row.waits, "") if last else "", users, today, chance)
        found.append(Chapter(report, _decision(planned, moment, report, project)))
        before = content
    return found


def _content(planned: Planned, moment: Moment, turn: int, before: rules.Content | None) -> rules.Content:
    if moment.frozen and before is not None:
        return before
    row, cause = planned.row, words.CAUSES[planned.row.cause]
    place = steps.place(row.work, planned.share(moment.on))
    earlier = steps.place(row.work, planned.share(moment.on - timedelta(days=30)))
    done = [steps.step(row.work, index, row.thing) for index in range(earlier + 1, place + 1)]
    coming = steps.coming(row.work, place, row.thing)
    return rules.Content(
        overall=moment.overall,
        summary=words.summary(moment, cause, row.thing, (done or coming or [row.thing])[0], turn),
        judgements={
            name: rules.Judgement(value, "", words.comment(name, moment, cause, row.thing))
            for name, value in moment.values.items()
        },
        achievements=tuple(done or [f"In work: {text}" for text in coming[:1]]),
        next_steps=tuple(coming),
    )


def _report(
    planned: Planned,
    project: Project,
    moment: Moment,
    content: rules.Content,
    before: rules.Content | None,
    previous: StatusReport | None,
) -> StatusReport:
    trends = rules.trends(before, content)
    return StatusReport(
        project=project,
        number=previous.number + 1 if previous else 1,
        as_of=moment.on,
        due_on=moment.on,
        period_from=previous.as_of + timedelta(days=1) if previous else None,
        overall=content.overall,
        overall_trend=trends["overall"],
        summary=content.summary,
        dimensions={name: {**judged.as_dict(), "trend": trends[name]} for name, judged in content.judgements.items()},
        achievements=list(content.achievements),
        next_steps=list(content.next_steps),
        confirmed=list(moment.worst) if moment.frozen else [],
        unchanged=previous.unchanged + 1 if previous and rules.is_unchanged(before, content) else 0,
        **_figures(planned, project, moment),
    )


def _figures(planned: Planned, project: Project, moment: Moment) -> dict[str, Any]:
    year = fiscal_year(moment.on, 1)
    return {
        "phase": phase_at(planned, moment.on),
        "manager_name": str(project.manager or ""),
        "sponsor_name": str(project.sponsor or ""),
        "start": project.start_actual,
        "finish_baseline": project.finish_baseline,
        "finish_forecast": planned.finish + timedelta(days=moment.slip_days),
        "currency": project.currency,
        "whole_life_cost": project.whole_life_cost,
        "budget": planned.budget(year) if project.budget is not None else None,
        "forecast": planned.forecast(year, moment.overrun),
        "fiscal_year": year.label,
        "absent": project.absent,
    }


def _live(report: StatusReport, state: str, users: Mapping[str, User], today: date, chance: random.Random) -> None:
    """Give the report its people, times and state; nothing happens later than yesterday."""
    closing = datetime.combine(today - timedelta(days=1), time(16), UTC)
    tardy = chance.randint(2, 6) if chance.random() < 0.08 else 0
    submitted = min(_at(report.as_of + timedelta(days=tardy), chance.randint(7, 13)), closing - timedelta(hours=2))
    published = min(submitted + timedelta(days=chance.randint(0, 2), hours=chance.randint(1, 3)), closing)
    assert report.project.manager is not None
    report.author = report.project.manager
    report.state = state or ReportState.PUBLISHED
    report.created_at = submitted - timedelta(hours=1)
    if report.state in (ReportState.SUBMITTED, ReportState.PUBLISHED, ReportState.RETURNED):
        report.submitted_by, report.submitted_at = report.author, submitted
    if report.state == ReportState.RETURNED:
        report.return_note = RETURN_NOTE
    if report.state == ReportState.PUBLISHED:
        report.published_by = users["analyst" if chance.random() < 0.8 else "director"]
        report.published_at = published


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 15), UTC)


def _decision(planned: Planned, moment: Moment, report: StatusReport, project: Project) -> DecisionNeeded | None:
    """Red projects ask each time they report, troubled ones now and then."""
    asks = moment.overall == rag.RED or (moment.overall == rag.AMBER and report.number % 3 == 0)
    if not asks or STORIES[planned.row.story].declared_green:
        return None
    text, recommendation = words.decision(moment, words.CAUSES[planned.row.cause], planned.row.thing)
    return DecisionNeeded(
        report=report,
        text=text,
        asked_of="Investment board" if "board" in project.tags else str(project.sponsor or ""),
        needed_by=moment.on + timedelta(days=21 + report.number % 4 * 7),
        recommendation=recommendation,
    )


def write(found: Sequence[Chapter]) -> list[StatusReport]:
    """Store reports, decisions, and the log of what happened to them."""
    reports = StatusReport.objects.bulk_create((chapter.report for chapter in found), batch_size=500)
    DecisionNeeded.objects.bulk_create(
        (chapter.decision for chapter in found if chapter.decision is not None), batch_size=500
    )
    copied(Transition, TRANSITION, _transitions(reports))
    copied(Record, RECORD, _records(reports))
    return reports


def _acts(report: StatusReport) -> Iterable[tuple[str, str, str, User, datetime]]:
    """(verb, from, to, by, at) of everything that happened to a report."""
    if report.submitted_by and report.submitted_at:
        yield "submit", "draft", "submitted", report.submitted_by, report.submitted_at
    if report.published_by and report.published_at:
        yield "publish", "submitted", "published", report.published_by, report.published_at


def _transitions(reports: Iterable[StatusReport]) -> Iterable[Sequence[Any]]:
    kind = StatusReport._meta.label_lower
    for report in reports:
        for verb, source, target, actor, at in _acts(report):
            yield at, rules.FLOW.name, kind, report.pk, verb, source, target, actor.pk, ""


def _records(reports: Iterable[StatusReport]) -> Iterable[Sequence[Any]]:
    kind = StatusReport._meta.label_lower
    for report in reports:
        label, request = str(report)[:200], f"sample-{report.project_id}-{report.number}"
        for verb, source, target, actor, at in _acts(report):
            change = {"state": [source, target]}
            yield (
                at, actor.pk, f"status.{verb}", kind, report.pk, label, report.project_id, change, "", "sample",
                request, "",
            )  # fmt: skip
