"""Plans of Primavera P6: tables, nested calendars, work breakdown, and what is missing or wrong in them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from pmo.calendars.rules.week import Deviation, hours
from portfolio.schedule.rules.network import Kind, Limit
from portfolio.schedule.rules.plan import LagTime, PlanAssignment, PlanLink, PlanRate, Span, UnreadableError
from portfolio.schedule.rules.xer.reading import read

WEEKDAY = "(0||{}()((0||0(s|08:00|f|12:00)())(0||1(f|05:00 PM|s|01:00 PM)())))"
DATA = (
    "(0||CalendarData()(\x7f\x7f (0||DaysOfWeek()((0||1()())"
    + "".join(WEEKDAY.format(day) for day in range(2, 7))
    + "(0||7()()))) (0||VIEW(ShowTotal|N)()) (0||Exceptions()((0||0(d|46381)())"
    "(0||1(d|46380)((0||0(s|08:00|f|12:00)()))))))) "
)


def table(name: str, columns: str, *rows: str) -> str:
    return "\r\n".join([f"%T\t{name}", "%F\t" + columns.replace(" ", "\t"), *("%R\t" + row for row in rows)])


TASK = "task_id proj_id wbs_id clndr_id task_code task_name task_type complete_pct_type target_drtn_hr_cnt"
TASK += " remain_drtn_hr_cnt act_start_date act_end_date restart_date reend_date target_start_date target_end_date"
TASK += " cstr_type cstr_date total_float_hr_cnt"
PARTS = {
    "CURRTYPE": table("CURRTYPE", "curr_id curr_short_name base_exch_rate", "1\tEUR\t1", "2\tUSD\t1,1"),
    "PROJECT": table("PROJECT", "proj_id proj_short_name clndr_id last_recalc_date export_flag",
                     "9\tBRI\t1\t2026-11-06 17:00\tY", "8\tOLD\t1\t\tN"),
    "CALENDAR": table("CALENDAR", "clndr_id clndr_name base_clndr_id day_hr_cnt clndr_data",
                      f"1\tOffice\t\t8\t{DATA}", "2\tCrew\t1\t8\t"),
    "SCHEDOPTIONS": table("SCHEDOPTIONS", "proj_id sched_calendar_on_relationship_lag", "9\trcal_24Hours"),
    "PROJWBS": table("PROJWBS", "wbs_id proj_id seq_num wbs_short_name wbs_name parent_wbs_id",
                     "11\t9\t2\tB.2\tDeck\t10", "10\t9\t1\tB\tBrücke\t3", "12\t9\t1\tB.1\tPiers\t10"),
    "RSRC": table("RSRC", "rsrc_id rsrc_name rsrc_type clndr_id", "5\tCrane\tRT_Equip\t1"),
    "RSRCRATE": table("RSRCRATE", "rsrc_id max_qty_per_hr cost_per_qty cost_per_qty2 start_date",
                      "5\t2\t80\t95.5\t1984-01-01 00:00", "5\t2\t90\t\t2027-01-01 00:00"),
    "TASK": table(
        "TASK", TASK,
        "21\t9\t12\t1\tA1\tDig\tTT_Task\tCP_Drtn\t40\t10\t2026-11-02 08:00\t\t2026-11-09 08:00\t2026-11-10 10:00"
        "\t2026-11-02 08:00\t2026-11-06 17:00\t\t\t0",
        "22\t9\t11\t1\tA2\tOpen\tTT_FinMile\tCP_Drtn\t0\t0\t\t\t\t2026-11-20 17:00\t\t2026-11-13 17:00"
        "\tCS_MANDFIN\t2026-11-20 17:00\t16",
    ),
    "TASKPRED": table("TASKPRED", "task_id pred_task_id proj_id pred_type lag_hr_cnt", "22\t21\t9\tPR_SS\t-4"),
    "TASKRSRC": table("TASKRSRC", "task_id proj_id rsrc_id target_qty_per_hr act_reg_qty remain_qty act_reg_cost"
                      " remain_cost", "21\t9\t5\t0.5\t15\t5\t1200\t400"),
}  # fmt: skip


def file(**changed: str) -> bytes:
    parts = [part for part in (PARTS | changed).values() if part]
    return "\r\n".join(["ERMHDR\t8.2", *parts, "%E"]).encode("cp1252")


def test_parts_and_tasks_stand_in_the_order_of_the_file_with_what_they_hold_summed_up():
    (plan,) = read(file())
    assert [(task.level, task.number, task.name, task.summary) for task in plan.tasks] == [
        (1, "B", "Brücke", True), (2, "B.1", "Piers", True), (3, "A1", "Dig", False),
        (2, "B.2", "Deck", True), (3, "A2", "Open", False),
    ]  # fmt: skip
    top = plan.tasks[0]
    assert (top.start, top.finish) == (datetime(2026, 11, 2, 8), datetime(2026, 11, 20, 17))
    assert (top.duration, top.cost, top.critical) == (Span(15 * 8 * 3600), Decimal(1600), True)
    assert (plan.title, plan.currency, plan.day_seconds) == ("Brücke", "EUR", 28_800)
    assert plan.status_at == datetime(2026, 11, 6, 17)


def test_a_task_in_progress_and_a_finish_milestone_have_their_dates_limits_and_progress():
    _top, _piers, dig, _deck, opening = read(file())[0].tasks
    assert (dig.start, dig.finish) == (datetime(2026, 11, 2, 8), datetime(2026, 11, 10, 10))
    assert (dig.percent, dig.remaining, dig.critical) == (Decimal(75), Span(36_000), True)
    assert (opening.start, opening.finish, opening.milestone) == ((datetime(2026, 11, 20, 17),) * 2 + (True,))
    assert (opening.limit, opening.float_seconds) == (Limit.MUST_FINISH, 57_600)
    assert opening.baselines[0].finish == datetime(2026, 11, 13, 17)


def test_links_resources_prices_and_assignments_are_read():
    (plan,) = read(file())
    assert plan.links == (PlanLink("21", "22", Kind.SS, Span(-14_400, elapsed=True), lag_time=LagTime.PREDECESSOR),)
    (crane,) = plan.resources
    assert (crane.name, crane.units) == ("Crane", Decimal(2))
    assert crane.rates == (
        PlanRate(Decimal(80)), PlanRate(Decimal("95.5"), table=1), PlanRate(Decimal(90), since=date(2027, 1, 1)),
    )  # fmt: skip
    assert plan.assignments == (PlanAssignment("21", "5", Decimal("0.5"), 72_000, Decimal(1600)),)


def test_calendars_are_read_from_nested_parentheses_whatever_the_order_of_start_and_finish():
    office, crew = read(file())[0].calendars
    day = hours("08:00-12:00", "13:00-17:00")
    assert office.week.days == (day,) * 5 + ((), ())
    assert office.week.exceptions == (
        Deviation(date(2026, 12, 25), date(2026, 12, 25)),
        Deviation(date(2026, 12, 24), date(2026, 12, 24), hours("08:00-12:00")),
    )
    assert (crew.week.exceptions, crew.own_exceptions, crew.base) == (office.week.exceptions, 0, "1")


@pytest.mark.parametrize(
    ("changed", "message", "place"),
    [
        ({"TASK": ""}, "tables", "TASK"),
        ({"TASK": "", "CALENDAR": ""}, "tables", "CALENDAR, TASK"),
        ({"TASK": PARTS["TASK"].replace("\t40\t10\t", "\t-40\t10\t")}, "target_drtn_hr_cnt: -40", "TASK"),
        ({"TASK": PARTS["TASK"].replace("2026-11-02 08:00", "yesterday")}, "act_start_date: yesterday", "TASK"),
        ({"TASKPRED": PARTS["TASKPRED"].replace("PR_SS", "PR_XX")}, "pred_type: PR_XX", "TASKPRED"),
        ({"CALENDAR": PARTS["CALENDAR"].replace("(0||1()())", "(0||1()()")}, "clndr_data", "CALENDAR"),
        ({"PROJWBS": PARTS["PROJWBS"].replace("B\tBrücke\t3", "B\tBrücke\t11")}, "parent_wbs_id", "PROJWBS"),
    ],
)
def test_what_is_missing_or_cannot_be_read_is_named_with_its_place(changed, message, place):
    with pytest.raises(UnreadableError, match=message) as told:
        read(file(**changed))
    assert place in told.value.place


def test_what_is_no_export_is_refused():
    with pytest.raises(UnreadableError, match="header"):
        read(b"%PDF-1.7")
