"""Writes a plan as a file that Microsoft Project opens, and that reads back as the same plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pmo.calendars.rules.week import DAY, Deviation, Hours
from portfolio.schedule.rules.mspdi.reading import KINDS, LIMITS, NOBODY, PER, RESOURCES
from portfolio.schedule.rules.network import Limit
from portfolio.schedule.rules.plan import (
    Plan,
    PlanAssignment,
    PlanBaseline,
    PlanCalendar,
    PlanLink,
    PlanRate,
    PlanResource,
    PlanTask,
    ResourceKind,
    Span,
)

NAMESPACE: Final = "http://schemas.microsoft.com/project"
_CODES: Final = {kind: code for code, kind in KINDS.items()}
_LIMIT_CODES: Final = {limit: code for code, limit in LIMITS.items()} | {Limit.START_ON: 2, Limit.FINISH_ON: 3}
_RESOURCE_CODES: Final = {kind: code for code, kind in RESOURCES.items()} | {ResourceKind.EQUIPMENT: 1}
_PER_CODES: Final = {name: code for code, name in PER.items()}
_DAYS, _ELAPSED_DAYS, _PERCENT = 7, 8, 19


def write(plan: Plan) -> bytes:
    """The file, in UTF-8. Limits and resources of a kind that the format lacks are the nearest one it has."""
    root = Element("Project", xmlns=NAMESPACE)
    _texts(
        root,
        {
            "Title": plan.title or None,
            "StartDate": plan.start,
            "FinishDate": plan.finish,
            "StatusDate": plan.status_at,
            "CurrencyCode": plan.currency or None,
            "CalendarUID": plan.calendar or None,
            "MinutesPerDay": plan.day_seconds // 60,
        },
    )
    calendars = SubElement(root, "Calendars")
    for calendar in plan.calendars:
        _calendar(SubElement(calendars, "Calendar"), calendar)
    tasks = SubElement(root, "Tasks")
    links: dict[str, list[PlanLink]] = {}
    for link in plan.links:
        links.setdefault(link.successor, []).append(link)
    for number, task in enumerate(plan.tasks):
        _task(SubElement(tasks, "Task"), task, number, links.get(task.uid, []))
    resources = SubElement(root, "Resources")
    for resource in plan.resources:
        _resource(SubElement(resources, "Resource"), resource)
    assignments = SubElement(root, "Assignments")
    for number, assignment in enumerate(plan.assignments, start=1):
        _assignment(SubElement(assignments, "Assignment"), assignment, number)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


Told = str | int | bool | Decimal | datetime | None


def _texts(parent: Element, told: Mapping[str, Told]) -> None:
    """Children with text, in order; None is left out."""
    for name, value in told.items():
        if value is not None:
            SubElement(parent, name).text = _text(value)


def _text(value: Told) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def _length(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    sign, whole = ("-" if seconds < 0 else ""), abs(seconds)
    return f"{sign}PT{whole // 3600}H{whole // 60 % 60}M{whole % 60}S"


def _form(span: Span | None) -> int:
    return _ELAPSED_DAYS if span is not None and span.elapsed else _DAYS


def _hundredths(money: Decimal | None) -> Decimal | None:
    return None if money is None else money * 100


# --- calendars --------------------------------------------------------------------------------------------------------
def _calendar(node: Element, calendar: PlanCalendar) -> None:
    """The calendar with all that it inherits, so that it needs no base."""
    _texts(node, {"UID": calendar.uid, "Name": calendar.name, "IsBaseCalendar": True, "BaseCalendarUID": "-1"})
    days = SubElement(node, "WeekDays")
    for day in (6, 0, 1, 2, 3, 4, 5):
        part = SubElement(days, "WeekDay")
        _texts(part, {"DayType": (day + 1) % 7 + 1})
        _hours(part, calendar.week.days[day])
    exceptions = SubElement(node, "Exceptions")
    for deviation in calendar.week.exceptions:
        _deviation(SubElement(exceptions, "Exception"), deviation)


def _deviation(node: Element, deviation: Deviation) -> None:
    period = SubElement(node, "TimePeriod")
    _texts(period, {"FromDate": _midnight(deviation.first), "ToDate": _midnight(deviation.last, 1439)})
    _texts(node, {"Type": 1})
    _hours(node, deviation.hours)


def _midnight(day: date, minutes: int = 0) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _hours(node: Element, hours: Hours) -> None:
    _texts(node, {"DayWorking": bool(hours)})
    if not hours:
        return
    times = SubElement(node, "WorkingTimes")
    for start, end in hours:
        _texts(SubElement(times, "WorkingTime"), {"FromTime": _clock(start), "ToTime": _clock(end % DAY)})


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


# --- tasks ------------------------------------------------------------------------------------------------------------
def _task(node: Element, task: PlanTask, number: int, links: list[PlanLink]) -> None:
    _texts(
        node,
        {
            "UID": task.uid,
            "ID": number,
            "Name": task.name,
            "Active": task.active,
            "Manual": True if task.manual else None,
            "OutlineNumber": task.number or None,
            "OutlineLevel": task.level,
            "Start": task.start,
            "Finish": task.finish,
            "Duration": _length(task.duration.seconds if task.duration else None),
            "DurationFormat": _form(task.duration),
            "Work": _length(task.work_seconds),
            "Milestone": task.milestone,
            "Summary": task.summary,
            "Critical": task.critical,
            "TotalSlack": None if task.float_seconds is None else task.float_seconds // 6,
            "PercentComplete": task.percent,
            "Cost": _hundredths(task.cost),
            "ActualStart": task.started,
            "ActualFinish": task.finished,
            "RemainingDuration": _length(task.remaining.seconds if task.remaining else None),
            "ConstraintType": _LIMIT_CODES[task.limit],
            "CalendarUID": task.calendar or "-1",
            "ConstraintDate": task.limit_at,
            "Deadline": task.deadline,
            "Notes": task.notes or None,
        },
    )
    for link in links:
        _link(SubElement(node, "PredecessorLink"), link)
    for baseline in task.baselines:
        _baseline(SubElement(node, "Baseline"), baseline)


def _link(node: Element, link: PlanLink) -> None:
    form = _PERCENT if link.percent is not None else _form(link.lag)
    lag = link.percent if link.percent is not None else Decimal(link.lag.seconds) / 6
    _texts(
        node,
        {
            "PredecessorUID": link.predecessor,
            "Type": _CODES[link.kind],
            "LinkLag": lag.to_integral_value(),
            "LagFormat": form,
        },
    )


def _baseline(node: Element, baseline: PlanBaseline) -> None:
    _texts(
        node,
        {
            "Number": baseline.number,
            "Start": baseline.start,
            "Finish": baseline.finish,
            "Work": _length(baseline.work_seconds),
            "Cost": _hundredths(baseline.cost),
        },
    )


# --- resources --------------------------------------------------------------------------------------------------------
def _resource(node: Element, resource: PlanResource) -> None:
    now = resource.rates[0] if resource.rates else None
    _texts(
        node,
        {
            "UID": resource.uid,
            "Name": resource.name,
            "Type": _RESOURCE_CODES[resource.kind],
            "EmailAddress": resource.email or None,
            "MaxUnits": resource.units,
            "StandardRate": now.amount if now else None,
            "StandardRateFormat": _PER_CODES.get(now.per, 2) if now else None,
            "CalendarUID": resource.calendar or "-1",
            "IsCostResource": resource.kind is ResourceKind.COST,
        },
    )
    if resource.rates:
        rates = SubElement(node, "Rates")
        for rate in resource.rates:
            _rate(SubElement(rates, "Rate"), rate)


def _rate(node: Element, rate: PlanRate) -> None:
    _texts(
        node,
        {
            "RatesFrom": _midnight(rate.since or date(1984, 1, 1)),
            "RatesTo": datetime.combine(date(2049, 12, 31), time(23, 59)),
            "RateTable": rate.table,
            "StandardRate": rate.amount,
            "StandardRateFormat": _PER_CODES.get(rate.per, 2),
            "OvertimeRate": rate.overtime,
        },
    )


def _assignment(node: Element, assignment: PlanAssignment, number: int) -> None:
    _texts(
        node,
        {
            "UID": number,
            "TaskUID": assignment.task,
            "ResourceUID": assignment.resource or NOBODY,
            "Cost": _hundredths(assignment.cost),
            "Finish": assignment.finish,
            "Start": assignment.start,
            "Units": assignment.units,
            "Work": _length(assignment.work_seconds),
        },
    )
