"""Published plans are read as another program reads them; skipped where the files are not at hand."""

from __future__ import annotations

import json
import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio.schedule.rules.computing import compute
from portfolio.schedule.rules.mspdi.reading import read as read_mspdi
from portfolio.schedule.rules.mspdi.writing import write
from portfolio.schedule.rules.plan import Plan, PlanTask, Span
from portfolio.schedule.rules.xer.reading import read as read_xer

REFERENCE = Path(os.environ.get("PMO_REFERENCE_DATA", "../shared/data"))
FILES = sorted([*REFERENCE.glob("mspdi/*.xml"), *REFERENCE.glob("xer/*.xer")])
pytestmark = pytest.mark.skipif(not FILES, reason="the reference data is not at hand (PMO_REFERENCE_DATA)")
KINDS = {"equipment": "NON_LABOR"}
UNITS = {"h": 3600, "m": 60}


def plan_of(file: Path) -> Plan:
    data = file.read_bytes()
    return read_xer(data)[0] if file.suffix == ".xer" else read_mspdi(data)


def oracle_of(file: Path) -> dict[str, Any]:
    return json.loads(file.with_name(f"{file.name}.mpxj.json").read_text(encoding="utf-8"))


def iso(moment: datetime | None) -> str | None:
    return moment and moment.isoformat(timespec="seconds" if moment.second else "minutes")


def seconds(told: str | None, plan: Plan) -> int | None:
    if told is None:
        return None
    unit = UNITS | {"d": plan.day_seconds, "w": plan.day_seconds * 5}
    return round(float(told[:-1]) * unit[told[-1]])


def hours(told: int | None) -> float:
    return round((told or 0) / 3600, 2)


def plain(uid: str) -> str:
    return uid.removeprefix("wbs:").removeprefix("role:")


def told(task: PlanTask, plan: Plan) -> dict[str, Any]:
    ties = [
        f"{link.predecessor}:{link.kind.name}:{link.lag.seconds}" for link in plan.links if link.successor == task.uid
    ]
    return {
        "name": task.name or None, "start": iso(task.start), "finish": iso(task.finish), "summary": task.summary,
        "milestone": task.milestone, "outline": str(task.level), "duration": task.duration and task.duration.seconds,
        "critical": bool(task.critical), "preds": sorted(ties),
        "cost": None if task.cost is None else float(round(task.cost, 2)),
    }  # fmt: skip


def expected(row: dict[str, Any], plan: Plan) -> dict[str, Any]:
    ties = [tie.split(":") for tie in row["preds"]]
    return {name: row[name] for name in ("name", "start", "finish", "summary", "milestone", "outline", "critical")} | {
        "duration": seconds(row["duration"], plan),
        "preds": sorted(f"{source}:{kind}:{seconds(lag, plan)}" for source, kind, lag in ties),
        "cost": None if row["cost"] is None else round(row["cost"], 2),
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_tasks_dates_lengths_links_and_costs_are_those_of_the_other_reading(file: Path):
    plan, rows = plan_of(file), {str(row["uid"]): row for row in oracle_of(file)["tasks"]}
    assert {plain(task.uid): told(task, plan) for task in plan.tasks} == {
        uid: expected(row, plan) for uid, row in rows.items()
    }
    assert (iso(plan.start), iso(plan.finish)) == tuple(oracle_of(file)[name] for name in ("start", "finish"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_calendars_resources_and_assignments_are_those_of_the_other_reading(file: Path):
    plan, oracle = plan_of(file), oracle_of(file)
    assert [(each.name, each.own_exceptions) for each in plan.calendars] == [
        (each["name"], each["exceptions"]) for each in oracle["calendars"]
    ]
    assert [
        (plain(each.uid), each.name or None, KINDS.get(each.kind, each.kind.upper())) for each in plan.resources
    ] == [(each["uid"], each["name"], each["type"]) for each in oracle["resources"]]
    assert [
        (each.task, plain(each.resource) or None, hours(each.work_seconds), round(each.cost or Decimal(0), 2))
        for each in plan.assignments
    ] == [
        (each["task"], each["res"], round(float(each["work"].removesuffix("h")), 2), round(Decimal(each["cost"]), 2))
        for each in oracle["assignments"]
    ]  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_is_exported_reads_back_with_the_same_tasks_resources_and_assignments(file: Path):
    plan = plan_of(file)
    again = read_mspdi(write(plan))
    assert {link.lag for link in again.links} <= {link.lag for link in plan.links} | {Span(0)}
    assert [(each.uid, each.start, each.finish, each.duration, each.cost) for each in again.tasks] == [
        (each.uid, each.start, each.finish, each.duration, each.cost) for each in plan.tasks
    ]
    assert [(each.uid, each.rates, each.units) for each in again.resources] == [
        (each.uid, each.rates, each.units) for each in plan.resources
    ]
    assert again.assignments == plan.assignments
    assert [each.week for each in again.calendars] == [each.week for each in plan.calendars]


# Splits, calendars of resources and levelling move dates in ways that a network of tasks does not know.
MOVED = {"mspdisplittask.xml": 2, "mspdiresource.xml": 2, "sample.xml": 1, "exupery_MDL4RA.xer": 50}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_computed_dates_are_those_of_the_program_that_wrote_the_file(file: Path):
    plan = plan_of(file)
    computed = compute(plan)
    leaves = [task for task in plan.tasks if task.uid in computed and not task.summary]
    differ = [
        task for task in leaves if (task.start, task.finish) != (computed[task.uid].start, computed[task.uid].finish)
    ]
    assert len(differ) == MOVED.get(file.name, 0)
