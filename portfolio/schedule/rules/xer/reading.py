"""Reads the file into plans, one for each exported project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from pmo.calendars.rules.clock import Clock
from portfolio.schedule.rules.network import Kind, Limit
from portfolio.schedule.rules.plan import (
    LagTime,
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
from portfolio.schedule.rules.xer.calendars import read_calendars
from portfolio.schedule.rules.xer.outline import Outline
from portfolio.schedule.rules.xer.tables import Row, Tables

_KINDS: Final = {"PR_FS": Kind.FS, "PR_SS": Kind.SS, "PR_FF": Kind.FF, "PR_SF": Kind.SF}
_LIMITS: Final = {
    "CS_MSO": Limit.START_ON,
    "CS_MSOA": Limit.START_NO_EARLIER,
    "CS_MSOB": Limit.START_NO_LATER,
    "CS_MEO": Limit.FINISH_ON,
    "CS_MEOA": Limit.FINISH_NO_EARLIER,
    "CS_MEOB": Limit.FINISH_NO_LATER,
    "CS_ALAP": Limit.AS_LATE,
    "CS_MANDSTART": Limit.MUST_START,
    "CS_MANDFIN": Limit.MUST_FINISH,
}
_LAGS: Final = {
    "rcal_Predecessor": (LagTime.PREDECESSOR, False),
    "rcal_Successor": (LagTime.SUCCESSOR, False),
    "rcal_ProjDefault": (LagTime.PROJECT, False),
    "rcal_24Hours": (LagTime.PREDECESSOR, True),
}
_RESOURCES: Final = {"RT_Mat": ResourceKind.MATERIAL, "RT_Equip": ResourceKind.EQUIPMENT}
_MILESTONES: Final = ("TT_Mile", "TT_FinMile")


def read(data: bytes) -> list[Plan]:
    """The plans of a file, those that were exported first; UnreadableError says what cannot be read, and where."""
    tables = Tables(data)
    calendars = read_calendars(tables["CALENDAR"])
    projects = [row for row in tables["PROJECT"] if row.text("export_flag") != "N"] or tables["PROJECT"]
    return [_plan(tables, calendars, row) for row in projects]


def _plan(tables: Tables, calendars: tuple[PlanCalendar, ...], project: Row) -> Plan:
    uid = project.text("proj_id")

    def own(name: str) -> list[Row]:
        return [row for row in tables[name] if row.text("proj_id") == uid]

    money = _money(own("TASKRSRC"))
    critical = project.seconds("critical_drtn_hr_cnt") or 0
    tasks = [_task(row, money.get(row.text("task_id")), critical) for row in own("TASK")]
    outline = Outline(own("PROJWBS"), own("TASK"), tasks, _clock(calendars, project, tasks))
    finishes = [task.finish for task in tasks if task.finish]
    return Plan(
        title=outline.title or project.text("proj_short_name"),
        start=min((task.start for task in tasks if task.start), default=project.moment("plan_start_date")),
        finish=max(finishes, default=project.moment("scd_end_date", "plan_end_date")),
        status_at=project.moment("last_recalc_date"),
        currency=_currency(tables, project),
        day_seconds=_day_seconds(tables, project),
        calendar=project.text("clndr_id"),
        calendars=calendars,
        tasks=tuple(outline.lines()),
        links=tuple(_links(own("TASKPRED"), _lag(own("SCHEDOPTIONS")))),
        resources=(*_resources(tables, "RSRC", "rsrc"), *_resources(tables, "ROLES", "role")),
        assignments=tuple(map(_assignment, own("TASKRSRC"))),
    )


def _clock(calendars: tuple[PlanCalendar, ...], project: Row, tasks: list[PlanTask]) -> Clock | None:
    """The working time of the project's own calendar over all its dates."""
    moments = [moment for task in tasks for moment in (task.start, task.finish) if moment]
    week = next((each.week for each in calendars if each.uid == project.text("clndr_id")), None)
    if week is None or not week.works or not moments:
        return None
    return Clock([week], date(min(moments).year - 1, 1, 1), date(max(moments).year + 1, 12, 31))


# --- tasks ------------------------------------------------------------------------------------------------------------
def _task(row: Row, cost: Decimal | None, critical: int) -> PlanTask:
    started, finished = row.moment("act_start_date"), row.moment("act_end_date")
    spare = row.seconds("total_float_hr_cnt")
    begin, end = _dates(row, started, finished)
    return PlanTask(
        uid=row.text("task_id"),
        name=row.text("task_name"),
        level=0,
        number=row.text("task_code"),
        milestone=row.text("task_type") in _MILESTONES,
        start=begin,
        finish=end,
        duration=_span(row, "target_drtn_hr_cnt"),
        work_seconds=row.seconds("target_work_qty"),
        percent=_percent(row, bool(finished)),
        started=started,
        finished=finished,
        remaining=_span(row, "remain_drtn_hr_cnt"),
        limit=_LIMITS.get(row.text("cstr_type"), Limit.AS_SOON),
        limit_at=row.moment("cstr_date"),
        deadline=row.moment("cstr_date2") if row.text("cstr_type2") == "CS_MEOB" else None,
        calendar=row.text("clndr_id"),
        cost=cost,
        critical=None if finished or spare is None else spare <= critical,
        float_seconds=spare,
        baselines=(PlanBaseline(0, row.moment("target_start_date"), row.moment("target_end_date")),),
    )


def _dates(row: Row, started: datetime | None, finished: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Actual dates, else those of what remains as last scheduled or levelled; a milestone has one moment of them."""
    begin = started or row.moment("restart_date", "early_start_date", "target_start_date")
    end = finished or row.moment("reend_date", "early_end_date", "target_end_date")
    kind = row.text("task_type")
    if kind == "TT_FinMile":
        return (end or begin,) * 2
    if kind == "TT_Mile":
        return (begin or end,) * 2
    return begin, end


def _span(row: Row, name: str) -> Span | None:
    seconds = row.seconds(name)
    if seconds is not None and seconds < 0:
        raise row.unreadable(name, row.text(name))
    return None if seconds is None else Span(seconds)


def _percent(row: Row, finished: bool) -> Decimal:
    """Complete by the technique that the task names: physical, units of work, or duration."""
    if finished:
        return Decimal(100)
    kind = row.text("complete_pct_type")
    if kind == "CP_Phys":
        return row.number("phys_complete_pct") or Decimal(0)
    if kind == "CP_Units":
        done, left = row.total("act_work_qty", "act_equip_qty"), row.total("remain_work_qty", "remain_equip_qty")
        return _share(done or Decimal(0), (done or Decimal(0)) + (left or Decimal(0)))
    whole, left = row.number("target_drtn_hr_cnt") or Decimal(0), row.number("remain_drtn_hr_cnt") or Decimal(0)
    return _share(max(whole - left, Decimal(0)), whole) if row.text("act_start_date") else Decimal(0)


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(Decimal("0.01")) if whole else Decimal(0)


def _money(assignments: list[Row]) -> dict[str, Decimal]:
    """What the assignments of each task cost in the end: actual and remaining."""
    sums: dict[str, Decimal] = {}
    for row in assignments:
        uid = row.text("task_id")
        sums[uid] = sums.get(uid, Decimal(0)) + (_at_completion(row) or Decimal(0))
    return sums


def _at_completion(row: Row) -> Decimal | None:
    return row.total("act_reg_cost", "act_ot_cost", "remain_cost")


# --- links, resources, money ------------------------------------------------------------------------------------------
def _lag(options: list[Row]) -> tuple[LagTime, bool]:
    told = options[0].text("sched_calendar_on_relationship_lag") if options else ""
    return _LAGS.get(told, _LAGS["rcal_Predecessor"])


def _links(rows: list[Row], lag: tuple[LagTime, bool]) -> Iterator[PlanLink]:
    for row in rows:
        kind = row.text("pred_type")
        if kind not in _KINDS:
            raise row.unreadable("pred_type", kind)
        span = Span(row.seconds("lag_hr_cnt") or 0, lag[1])
        yield PlanLink(row.text("pred_task_id"), row.text("task_id"), _KINDS[kind], span, lag_time=lag[0])


def _resources(tables: Tables, name: str, prefix: str) -> Iterator[PlanResource]:
    """Resources, or roles; roles keep an own name space, so that both may have one number."""
    rates = _rates(tables["RSRCRATE" if prefix == "rsrc" else "ROLERATE"], f"{prefix}_id")
    mark = "" if prefix == "rsrc" else "role:"
    for row in tables[name]:
        uid = row.text(f"{prefix}_id")
        units, prices = rates.get(uid, (None, ()))
        yield PlanResource(
            uid=f"{mark}{uid}",
            name=row.text(f"{prefix}_name"),
            kind=_RESOURCES.get(row.text("rsrc_type"), ResourceKind.WORK),
            units=units,
            rates=prices,
            calendar=row.text("clndr_id"),
            email=row.text("email_addr"),
        )


def _rates(rows: list[Row], key: str) -> Mapping[str, tuple[Decimal | None, tuple[PlanRate, ...]]]:
    """Units and dated prices by resource; each line has up to five tables of prices."""
    found: dict[str, tuple[Decimal | None, tuple[PlanRate, ...]]] = {}
    for row in sorted(rows, key=lambda row: row.text("start_date")):
        since = row.moment("start_date")
        lines = [
            PlanRate(amount, since=since.date() if since and since.year > 1984 else None, table=table)
            for table, name in enumerate(("cost_per_qty", *(f"cost_per_qty{number}" for number in range(2, 6))))
            if (amount := row.number(name)) is not None
        ]
        units, before = found.get(row.text(key), (None, ()))
        found[row.text(key)] = (row.number("max_qty_per_hr") or units, (*before, *lines))
    return found


def _assignment(row: Row) -> PlanAssignment:
    resource = row.text("rsrc_id") or (f"role:{row.text('role_id')}" if row.text("role_id") else "")
    work = row.total("act_reg_qty", "act_ot_qty", "remain_qty")
    return PlanAssignment(
        task=row.text("task_id"),
        resource=resource,
        units=row.number("target_qty_per_hr"),
        work_seconds=None if work is None else round(work * 3600),
        cost=_at_completion(row),
        start=row.moment("act_start_date", "restart_date", "target_start_date"),
        finish=row.moment("act_end_date", "reend_date", "target_end_date"),
    )


def _currency(tables: Tables, project: Row) -> str:
    """The code of the project's currency, else of the one that the others are counted in."""
    rows = tables["CURRTYPE"]
    own = next((row for row in rows if row.text("curr_id") == project.text("curr_id", "base_curr_id")), None)
    base = next((row for row in rows if row.number("base_exch_rate") == 1), None)
    found = own or base
    code = found.text("curr_short_name") if found else ""
    return code if len(code) == 3 and code.isalpha() else ""


def _day_seconds(tables: Tables, project: Row) -> int:
    own = next((row for row in tables["CALENDAR"] if row.text("clndr_id") == project.text("clndr_id")), None)
    return (own.seconds("day_hr_cnt") if own else None) or 8 * 3600
