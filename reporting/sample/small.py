"""A world of six projects in which every role has something to do and something it must not see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password

from pmo.access.models import Grant, Role, User
from pmo.audit.acting import acting
from pmo.kernel import rag
from pmo.kernel.periods import fiscal_year
from pmo.organisation.models import Organisation, Placement, Unit
from portfolio.projects.models import Portfolio, Programme, Project
from portfolio.status.models import ReportState, StatusReport
from portfolio.status.standing import refresh

NAMES = (
    "director",
    "portfolio",
    "alice",
    "bob",
    "analyst",
    "administrator",
    "executive",
    "resources",
    "member",
    "sysadmin",
    "stranger",
    "robot",
)
EVERYWHERE = {
    "director": "director",
    "portfolio": "portfolio_manager",
    "alice": "project_manager",
    "bob": "project_manager",
    "analyst": "analyst",
    "administrator": "administrator",
    "resources": "resource_manager",
    "sysadmin": "sysadmin",
    "robot": "integration",
}


@dataclass(frozen=True)
class World:
    """Everything that was made, by user name or code."""

    today: date
    users: dict[str, User]
    units: dict[str, Unit]
    portfolios: dict[str, Portfolio]
    programmes: dict[str, Programme]
    projects: dict[str, Project]


def plant_small(*, actor: User, today: date, passwords: bool = False) -> World:
    """The small world; with passwords the people sign in with demo-<name> (slow to make, so only where needed).

    North is managed by `portfolio`; alice runs N-1, N-3 and the confidential N-4, bob runs N-2, S-1 and S-2.
    The executive has South and sponsors N-4; resources has the unit of N-2 and S-1; administrator and member
    are named on N-1; the stranger has nothing. N-1 has two published reports (amber now), S-1 has one (green).
    """
    with acting(actor, "sample.small", source="sample"):
        Organisation.objects.get_or_create(pk=1, defaults={"name": "Small Authority", "time_zone": "UTC"})
        users = {name: _user(name, passwords) for name in NAMES}
        units = _units(users)
        portfolios = _portfolios(users)
        programmes = _programmes(portfolios)
        projects = _projects(users, units, portfolios, programmes, today)
        _grants(users, portfolios, projects)
        _reports(projects, users, today)
    for project in projects.values():
        project.refresh_from_db()
    return World(today, users, units, portfolios, programmes, projects)


def _user(name: str, passwords: bool) -> User:
    return User.objects.create(
        username=name,
        first_name=name.title(),
        last_name="Small",
        email=f"{name}@small.example",
        is_service=name == "robot",
        password=make_password(f"demo-{name}" if passwords else None),
    )


def _units(users: Mapping[str, User]) -> dict[str, Unit]:
    root = Unit.objects.create(code="ROOT", name="Small Authority")
    works = Unit.objects.create(code="WORKS", name="Works", parent=root)
    Placement.objects.create(user=users["resources"], unit=works)
    return {"ROOT": root, "WORKS": works}


def _portfolios(users: Mapping[str, User]) -> dict[str, Portfolio]:
    north = Portfolio.objects.create(code="NORTH", name="North", manager=users["portfolio"])
    south = Portfolio.objects.create(code="SOUTH", name="South", manager=users["director"])
    return {"NORTH": north, "SOUTH": south}


def _programmes(portfolios: Mapping[str, Portfolio]) -> dict[str, Programme]:
    rails = Programme.objects.create(code="RAILS", name="Rails", portfolio=portfolios["NORTH"])
    ports = Programme.objects.create(code="PORTS", name="Ports", portfolio=portfolios["SOUTH"])
    return {"RAILS": rails, "PORTS": ports}


def _projects(
    users: Mapping[str, User],
    units: Mapping[str, Unit],
    portfolios: Mapping[str, Portfolio],
    programmes: Mapping[str, Programme],
    today: date,
) -> dict[str, Project]:
    north, south, works = portfolios["NORTH"], portfolios["SOUTH"], units["WORKS"]
    rows: list[dict[str, Any]] = [
        {"code": "N-1", "name": "Bridge", "portfolio": north, "programme": programmes["RAILS"], "manager": "alice"},
        {"code": "N-2", "name": "Depot", "portfolio": north, "unit": works, "manager": "bob"},
        {"code": "N-3", "name": "Signals", "portfolio": north, "manager": "alice", "budget": None},
        {"code": "N-4", "name": "Secret site", "portfolio": north, "manager": "alice", "confidential": True},
        {"code": "S-1", "name": "Harbour", "portfolio": south, "unit": works, "manager": "bob"},
        {"code": "S-2", "name": "Ferry", "portfolio": south, "programme": programmes["PORTS"], "manager": "bob"},
    ]
    return {row["code"]: _project(row, users, today) for row in rows}


def _project(row: Mapping[str, Any], users: Mapping[str, User], today: date) -> Project:
    finish = date(today.year + 1, 6, 30)
    values: dict[str, Any] = {
        "phase": "deliver",
        "start_baseline": date(today.year - 1, 1, 1),
        "start_actual": date(today.year - 1, 1, 1),
        "finish_baseline": finish,
        "finish_forecast": finish,
        "whole_life_cost": Decimal("4000000.00"),
        "budget": Decimal("1000000.00"),
        "forecast": Decimal("1020000.00"),
        "fiscal_year": fiscal_year(today, 1).label,
        "report_due_on": today - timedelta(days=1),
        "sponsor": users["executive"] if row.get("confidential") else None,
    }
    return Project.objects.create(**{**values, **row, "manager": users[row["manager"]]})


def _grants(users: Mapping[str, User], portfolios: Mapping[str, Portfolio], projects: Mapping[str, Project]) -> None:
    roles = {role.code: role for role in Role.objects.all()}
    grants = [Grant(user=users[name], role=roles[role]) for name, role in EVERYWHERE.items()]
    named = projects["N-1"].pk
    grants += [
        Grant(user=users["executive"], role=roles["executive"], scope="portfolio", scope_id=portfolios["SOUTH"].pk),
        Grant(user=users["administrator"], role=roles["administrator"], scope="project", scope_id=named),
        Grant(user=users["member"], role=roles["member"], scope="project", scope_id=named),
    ]
    Grant.objects.bulk_create(grants)


def _reports(projects: Mapping[str, Project], users: Mapping[str, User], today: date) -> None:
    checker = users["analyst"]
    published(projects["N-1"], today - timedelta(days=60), rag.GREEN, checker=checker)
    published(projects["N-1"], today - timedelta(days=30), rag.AMBER, checker=checker, number=2)
    published(projects["S-1"], today - timedelta(days=30), rag.GREEN, checker=checker)
    refresh([projects["N-1"].pk, projects["S-1"].pk])


def published(project: Project, as_of: date, overall: str, *, checker: User, number: int = 1) -> StatusReport:
    """A published report whose schedule stands like the whole, everything else being green."""
    noon = datetime.combine(as_of, time(12), UTC)
    assert project.manager is not None
    values = {**dict.fromkeys(rag.DIMENSIONS, rag.GREEN), "schedule": overall}
    return StatusReport.objects.create(
        project=project,
        number=number,
        as_of=as_of,
        due_on=as_of,
        state=ReportState.PUBLISHED,
        author=project.manager,
        submitted_by=project.manager,
        submitted_at=noon,
        published_by=checker,
        published_at=noon + timedelta(hours=2),
        overall=overall,
        summary=f"{project.name} stands at {overall}.",
        dimensions={
            name: {"value": value, "trend": "same", "comment": "" if value == rag.GREEN else "The steel is late."}
            for name, value in values.items()
        },
        next_steps=["Lay the deck"],
        finish_baseline=project.finish_baseline,
        finish_forecast=project.finish_forecast,
        budget=project.budget,
        forecast=project.forecast,
        whole_life_cost=project.whole_life_cost,
        currency=project.currency,
        fiscal_year=project.fiscal_year,
    )
