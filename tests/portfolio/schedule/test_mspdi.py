"""Plans of Microsoft Project: what a file says is what is read, and what is written reads back the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from pmo.calendars.rules.week import Deviation, Week, hours
from portfolio.schedule.rules.mspdi.reading import read
from portfolio.schedule.rules.mspdi.writing import write
from portfolio.schedule.rules.network import Kind, Limit
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
    UnreadableError,
)

OFFICE = hours("08:00-12:00", "13:00-17:00")


def project(inside: str, calendars: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project">'
        f"<Title>Bridge</Title><MinutesPerDay>450</MinutesPerDay><Calendars>{calendars}</Calendars>{inside}</Project>"
    ).encode()


def calendar(uid: int, inside: str, base: int = -1) -> str:
    return f"<Calendar><UID>{uid}</UID><Name>C{uid}</Name><BaseCalendarUID>{base}</BaseCalendarUID>{inside}</Calendar>"


def exception(kind: int, first: str, last: str, more: str = "") -> str:
    return (
        f"<Exception><TimePeriod><FromDate>{first}T00:00:00</FromDate><ToDate>{last}T23:59:00</ToDate></TimePeriod>"
        f"<Type>{kind}</Type>{more}<DayWorking>0</DayWorking></Exception>"
    )


def days_off(more: str) -> list[str]:
    plan = read(project("", calendar(1, f"<Exceptions>{more}</Exceptions>")))
    return [f"{each.first}" if each.first == each.last else f"{each.first}/{each.last}"
            for each in plan.calendars[0].week.exceptions]  # fmt: skip


def test_a_task_is_read_with_dates_lengths_limits_money_and_baselines():
    told = project("""<Tasks><Task><UID>7</UID><ID>3</ID><Name>Pour</Name><OutlineLevel>2</OutlineLevel>
        <OutlineNumber>1.2</OutlineNumber><Start>2026-11-02T08:00:00</Start><Finish>2026-11-04T09:08:24</Finish>
        <Duration>PT17H8M24S</Duration><DurationFormat>8</DurationFormat><Work>PT34H0M0S</Work>
        <PercentComplete>25</PercentComplete><Cost>123450</Cost><ConstraintType>4</ConstraintType>
        <ConstraintDate>2026-11-02T08:00:00</ConstraintDate><Deadline>2026-12-01T17:00:00</Deadline>
        <ActualStart>2026-11-02T08:00:00</ActualStart><TotalSlack>4800</TotalSlack><Critical>0</Critical>
        <Baseline><Number>3</Number><Start>2026-10-01T08:00:00</Start><Cost>100</Cost></Baseline></Task>
        <Task><UID>8</UID><IsNull>1</IsNull></Task></Tasks>""")
    (task,) = read(told).tasks
    assert task == PlanTask(
        uid="7", name="Pour", level=2, number="1.2", start=datetime(2026, 11, 2, 8), critical=False,
        finish=datetime(2026, 11, 4, 9, 8, 24), duration=Span(61_704, elapsed=True), work_seconds=34 * 3600,
        percent=Decimal(25), started=datetime(2026, 11, 2, 8), limit=Limit.START_NO_EARLIER,
        limit_at=datetime(2026, 11, 2, 8), deadline=datetime(2026, 12, 1, 17), cost=Decimal("1234.5"),
        float_seconds=28_800, baselines=(PlanBaseline(3, datetime(2026, 10, 1, 8), cost=Decimal(1)),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "kind", "lag", "percent"),
    [
        ("<Type>1</Type><LinkLag>4800</LinkLag><LagFormat>7</LagFormat>", Kind.FS, Span(28_800), None),
        ("<Type>3</Type><LinkLag>-4800</LinkLag><LagFormat>7</LagFormat>", Kind.SS, Span(-28_800), None),
        ("<Type>0</Type><LinkLag>14400</LinkLag><LagFormat>8</LagFormat>", Kind.FF, Span(86_400, True), None),
        ("<Type>2</Type><LinkLag>50</LinkLag><LagFormat>19</LagFormat>", Kind.SF, Span(0), Decimal(50)),
        ("", Kind.FS, Span(0), None),
    ],
)
def test_links_are_read_with_kind_and_lag_in_working_elapsed_or_relative_time(told, kind, lag, percent):
    link = f"<PredecessorLink><PredecessorUID>1</PredecessorUID>{told}</PredecessorLink>"
    plan = read(project(f"<Tasks><Task><UID>2</UID>{link}</Task></Tasks>"))
    assert plan.links == (PlanLink("1", "2", kind, lag, percent),)


def test_a_calendar_inherits_weekdays_and_exceptions_of_its_base():
    saturday = """<WeekDay><DayType>7</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime>
        <FromTime>08:00:00</FromTime><ToTime>00:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>"""
    base = calendar(
        1, f"<WeekDays>{saturday}</WeekDays><Exceptions>{exception(1, '2026-12-25', '2026-12-26')}</Exceptions>"
    )
    own = calendar(2, "<WeekDays><WeekDay><DayType>2</DayType><DayWorking>0</DayWorking></WeekDay></WeekDays>", base=1)
    plan = read(project("", base + own))
    week = plan.calendars[1].week
    assert week.days == ((), OFFICE, OFFICE, OFFICE, OFFICE, ((8 * 3600, 86_400),), ())
    assert week.exceptions == (Deviation(date(2026, 12, 25), date(2026, 12, 26)),)
    assert (plan.calendars[1].base, plan.calendars[1].own_exceptions, plan.day_seconds) == ("1", 0, 27_000)


@pytest.mark.parametrize(
    ("told", "days"),
    [
        (exception(1, "2026-12-24", "2026-12-31"), ["2026-12-24/2026-12-31"]),
        (exception(7, "2026-11-02", "2026-11-09", "<Period>3</Period>"), ["2026-11-02", "2026-11-05", "2026-11-08"]),
        (exception(6, "2026-11-02", "2026-11-20", "<Period>2</Period><DaysOfWeek>34</DaysOfWeek>"),
         ["2026-11-02", "2026-11-06", "2026-11-16", "2026-11-20"]),
        (exception(4, "2026-01-31", "2026-04-30", "<Period>1</Period><MonthDay>31</MonthDay>"),
         ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (exception(5, "2026-01-01", "2026-03-31", "<MonthItem>4</MonthItem><MonthPosition>4</MonthPosition>"),
         ["2026-01-26", "2026-02-23", "2026-03-30"]),
        (exception(2, "2026-01-01", "2028-12-31", "<Month>4</Month><MonthDay>1</MonthDay>"),
         ["2026-05-01", "2027-05-01", "2028-05-01"]),
        (exception(3, "2026-01-01", "2027-12-31", "<Month>4</Month><MonthItem>1</MonthItem>"),
         ["2026-05-01", "2027-05-03"]),
        (exception(7, "2026-11-02", "2026-12-31",
                   "<EnteredByOccurrences>1</EnteredByOccurrences><Occurrences>2</Occurrences><Period>7</Period>"),
         ["2026-11-02", "2026-11-09"]),
    ],
)  # fmt: skip
def test_exceptions_that_recur_are_laid_out_day_by_day(told, days):
    assert days_off(told) == days


def test_days_of_an_older_file_are_exceptions_unless_the_newer_list_is_there():
    day = """<WeekDay><DayType>0</DayType><DayWorking>0</DayWorking><TimePeriod><FromDate>2026-11-01T00:00:00</FromDate>
        <ToDate>2026-11-04T23:59:00</ToDate></TimePeriod></WeekDay>"""
    week = f"<WeekDays>{day}</WeekDays>"
    old, new = (
        read(project("", calendar(1, week + more))).calendars[0]
        for more in ("", f"<Exceptions>{exception(1, '2026-11-01', '2026-11-05')}</Exceptions>")
    )
    assert [each.last.day for each in (*old.week.exceptions, *new.week.exceptions)] == [4, 5]


WEEK = Week(
    (OFFICE, OFFICE, OFFICE, OFFICE, hours("08:00-12:00"), (), ()), (Deviation(date(2026, 12, 25), date(2026, 12, 26)),)
)
PLAN = Plan(
    title="Bridge & <quay>",
    start=datetime(2026, 11, 2, 8),
    finish=datetime(2026, 11, 20, 17),
    status_at=datetime(2026, 11, 6, 17),
    currency="EUR",
    day_seconds=28_800,
    calendar="1",
    calendars=(PlanCalendar("1", "Office", WEEK, own_exceptions=1),),
    tasks=(
        PlanTask("1", "Foundations", 1, "1", summary=True, percent=Decimal(50), duration=Span(144_000)),
        PlanTask(
            "2", "Dig", 2, "1.1", start=datetime(2026, 11, 2, 8), finish=datetime(2026, 11, 6, 17),
            duration=Span(144_000), work_seconds=288_000, percent=Decimal(100), started=datetime(2026, 11, 2, 8),
            finished=datetime(2026, 11, 6, 17), remaining=Span(0), cost=Decimal("1200.5"), critical=True,
            float_seconds=0, baselines=(PlanBaseline(0, datetime(2026, 11, 2, 8), datetime(2026, 11, 5, 17),
                                                     7200, Decimal(1000)), PlanBaseline(10)),
        ),
        PlanTask("3", "Ready", 2, "1.2", milestone=True, duration=Span(0), limit=Limit.FINISH_NO_LATER,
                 limit_at=datetime(2026, 11, 20, 17), calendar="1", notes="Ask\nthe harbour", active=False),
    ),
    links=(PlanLink("2", "3", Kind.FF, Span(-14_400)), PlanLink("1", "3", Kind.SS, Span(86_400, elapsed=True))),
    resources=(
        PlanResource("1", "Crane", ResourceKind.WORK, Decimal("0.5"), calendar="1", email="crane@example.org",
                     rates=(PlanRate(Decimal(80), overtime=Decimal(120)),
                            PlanRate(Decimal(90), since=date(2027, 1, 1)))),
        PlanResource("2", "Sand", ResourceKind.MATERIAL, rates=(PlanRate(Decimal("12.75"), "piece"),)),
        PlanResource("3", "Permit", ResourceKind.COST),
    ),
    assignments=(PlanAssignment("2", "1", Decimal(1), 144_000, Decimal(400), datetime(2026, 11, 2, 8)),
                 PlanAssignment("3", "")),
)  # fmt: skip


def test_what_is_written_reads_back_the_same():
    assert read(write(PLAN)) == PLAN


def test_a_start_on_a_date_is_written_as_the_one_that_must_because_the_format_has_no_other():
    task = replace(PLAN.tasks[2], limit=Limit.START_ON)
    assert read(write(replace(PLAN, tasks=(task,), links=()))).tasks[0].limit is Limit.MUST_START


@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        (b"not a plan", "xml", "syntax error"),
        (b'<!DOCTYPE p [<!ENTITY a "b">]><Project>&a;</Project>', "declares", ""),
        (b'<!DOCTYPE p SYSTEM "file:///etc/passwd"><Project/>', "declares", ""),
        (b"<Programme/>", "root", "Programme"),
        (project("<Tasks><Task><ID>4</ID><Name>Dig</Name><Start>soon</Start></Task></Tasks>"), "Start: soon", "4 Dig"),
        (project("<Tasks><Task><ID>4</ID><Duration>8 hours</Duration></Task></Tasks>"), "Duration: 8 hours", "4"),
        (project("<Tasks><Task><ID>4</ID><Duration>-PT8H0M0S</Duration></Task></Tasks>"), "Duration: -PT8H", "4"),
        (project("<Tasks><Task><ID>4</ID><Cost>NaN</Cost></Task></Tasks>"), "Cost: NaN", "4"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(data, message, place):
    with pytest.raises(UnreadableError, match=message) as told:
        read(data)
    assert place in told.value.place
