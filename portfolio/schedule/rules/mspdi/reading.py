"""Reads the file into a plan."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from portfolio.schedule.rules.mspdi.calendars import read_calendars
from portfolio.schedule.rules.mspdi.elements import ELAPSED_FORMATS, PERCENT_FORMATS, Node, root_of
from portfolio.schedule.rules.network import Kind, Limit
from portfolio.schedule.rules.plan import (
    Plan,
    PlanAssignment,
    PlanBaseline,
    PlanLink,
    PlanRate,
    PlanResource,
    PlanTask,
    ResourceKind,
    Span,
)

NOBODY: Final = "-65535"
"""The resource of an assignment that names none."""
KINDS: Final = {0: Kind.FF, 1: Kind.FS, 2: Kind.SF, 3: Kind.SS}
LIMITS: Final = {
    0: Limit.AS_SOON,
    1: Limit.AS_LATE,
    2: Limit.MUST_START,
    3: Limit.MUST_FINISH,
    4: Limit.START_NO_EARLIER,
    5: Limit.START_NO_LATER,
    6: Limit.FINISH_NO_EARLIER,
    7: Limit.FINISH_NO_LATER,
}
RESOURCES: Final = {0: ResourceKind.MATERIAL, 1: ResourceKind.WORK, 2: ResourceKind.COST}
PER: Final = {1: "minute", 2: "hour", 3: "day", 4: "week", 5: "month", 7: "year", 8: "piece"}


def read(data: bytes) -> Plan:
    """The plan of a file; UnreadableError says what of it cannot be read, and where."""
    project = root_of(data)
    tasks = [each for each in project.within("Tasks", "Task") if not each.flag("IsNull")]
    for each in tasks:
        each.place = f"{each.text('ID') or each.text('UID')} {each.text('Name')}".strip()[:80]
    resources = [each for each in project.within("Resources", "Resource") if not each.flag("IsNull")]
    return Plan(
        title=project.text("Title"),
        start=project.moment("StartDate"),
        finish=project.moment("FinishDate"),
        status_at=project.moment("StatusDate"),
        currency=project.text("CurrencyCode") or project.text("CurrencySymbol"),
        day_seconds=(project.whole("MinutesPerDay") or 480) * 60,
        calendar=project.text("CalendarUID"),
        calendars=read_calendars(project),
        tasks=tuple(map(_task, tasks)),
        links=tuple(link for each in tasks for link in _links(each)),
        resources=tuple(map(_resource, resources)),
        assignments=tuple(map(_assignment, project.within("Assignments", "Assignment"))),
    )


def _task(node: Node) -> PlanTask:
    calendar = node.text("CalendarUID")
    return PlanTask(
        uid=node.text("UID"),
        name=node.text("Name"),
        level=node.whole("OutlineLevel") or 0,
        number=node.text("OutlineNumber") or node.text("WBS"),
        summary=node.flag("Summary"),
        milestone=node.flag("Milestone"),
        active=node.flag("Active", otherwise=True),
        manual=node.flag("Manual"),
        start=node.moment("Start"),
        finish=node.moment("Finish"),
        duration=node.span("Duration", "DurationFormat"),
        work_seconds=node.seconds("Work"),
        percent=node.number("PercentComplete"),
        started=node.moment("ActualStart"),
        finished=node.moment("ActualFinish"),
        remaining=node.span("RemainingDuration", "DurationFormat"),
        limit=LIMITS.get(node.whole("ConstraintType") or 0, Limit.AS_SOON),
        limit_at=node.moment("ConstraintDate"),
        deadline=node.moment("Deadline"),
        calendar="" if calendar in ("", "-1") else calendar,
        cost=_cents(node, "Cost"),
        critical=node.flag("Critical") if node.text("Critical") else None,
        float_seconds=_tenths(node, "TotalSlack"),
        notes=node.text("Notes"),
        baselines=tuple(map(_baseline, node.all("Baseline"))),
    )


def _baseline(node: Node) -> PlanBaseline:
    return PlanBaseline(
        number=node.whole("Number") or 0,
        start=node.moment("Start"),
        finish=node.moment("Finish"),
        work_seconds=node.seconds("Work"),
        cost=_cents(node, "Cost"),
    )


def _links(node: Node) -> Iterator[PlanLink]:
    for each in node.all("PredecessorLink"):
        each.place = node.place
        form, lag = each.whole("LagFormat") or 7, each.number("LinkLag") or Decimal(0)
        percent = form in PERCENT_FORMATS
        kind = each.whole("Type")
        yield PlanLink(
            predecessor=each.text("PredecessorUID"),
            successor=node.text("UID"),
            kind=Kind.FS if kind is None else KINDS.get(kind, Kind.FS),
            # Lag is told in tenths of a minute, or as a percentage.
            lag=Span(0 if percent else int(lag * 6), form in ELAPSED_FORMATS),
            percent=lag if percent else None,
        )


def _resource(node: Node) -> PlanResource:
    kind = ResourceKind.COST if node.flag("IsCostResource") else RESOURCES.get(node.whole("Type") or 0)
    calendar = node.text("CalendarUID")
    return PlanResource(
        uid=node.text("UID"),
        name=node.text("Name"),
        kind=kind or ResourceKind.WORK,
        units=node.number("MaxUnits"),
        rates=tuple(_rates(node)),
        calendar="" if calendar in ("", "-1") else calendar,
        email=node.text("EmailAddress"),
    )


def _rates(node: Node) -> Iterator[PlanRate]:
    listed = list(node.within("Rates", "Rate"))
    for each in listed:
        since = each.moment("RatesFrom")
        yield PlanRate(
            amount=each.number("StandardRate") or Decimal(0),
            per=_per(each),
            overtime=each.number("OvertimeRate"),
            # The first line of a table starts before all time.
            since=since.date() if since and since.year > 1984 else None,
            table=each.whole("RateTable") or 0,
        )
    if not listed and (amount := node.number("StandardRate")) is not None:
        yield PlanRate(amount, _per(node), node.number("OvertimeRate"))


def _per(node: Node) -> str:
    return PER.get(node.whole("StandardRateFormat") or 2, "hour")


def _assignment(node: Node) -> PlanAssignment:
    resource = node.text("ResourceUID")
    return PlanAssignment(
        task=node.text("TaskUID"),
        resource="" if resource in ("", NOBODY) else resource,
        units=node.number("Units"),
        work_seconds=node.seconds("Work"),
        cost=_cents(node, "Cost"),
        start=node.moment("Start"),
        finish=node.moment("Finish"),
    )


def _cents(node: Node, name: str) -> Decimal | None:
    """Money, which the file tells in hundredths."""
    told = node.number(name)
    return None if told is None else told / 100


def _tenths(node: Node, name: str) -> int | None:
    """Seconds of what the file tells in tenths of a minute."""
    told = node.number(name)
    return None if told is None else int(told * 6)
