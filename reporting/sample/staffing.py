"""Plants the organisation, its units, its people and what they may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth.hashers import make_password

from pmo.access.models import Grant, Role, User
from pmo.organisation.models import NumberPrefix, Organisation, Placement, Unit
from portfolio.projects.models import Portfolio, Project
from reporting.sample.rules import people

EXECUTIVE_SEES = ("INF", "DIG")
ASSISTED = ("Skelder Bridge", "Harrow Lane depot", "Single ticket", "Citizen portal")
JOINED = {
    "member": ("Skelder Bridge", "Adaptive signals", "Millrace sports park"),
    "q.bishop": ("Citizen portal", "Building permits"),
    "z.amari": ("Lower town flood wall",),
}


def plant_organisation(projects: int) -> Organisation:
    """The settings, with the number of the next project."""
    NumberPrefix.objects.update_or_create(
        kind="project", defaults={"prefix": "PRJ-", "width": 4, "next_number": projects + 1}
    )
    organisation, _created = Organisation.objects.update_or_create(
        pk=1,
        defaults={"name": people.ORGANISATION, "currency": "EUR", "time_zone": "Europe/Berlin"},
    )
    return organisation


def plant_units() -> dict[str, Unit]:
    """The tree of units by code."""
    units: dict[str, Unit] = {}
    for row in people.UNITS:
        units[row.code] = Unit.objects.create(code=row.code, name=row.name, parent=units.get(row.parent))
    return units


def plant_people(units: Mapping[str, Unit]) -> dict[str, User]:
    """Everybody by user name, each placed in a unit."""
    rows = [*people.CAST, *people.OTHERS]
    users = User.objects.bulk_create(_user(row) for row in rows)
    Placement.objects.bulk_create(
        Placement(user=user, unit=units[row.unit]) for row, user in zip(rows, users, strict=True)
    )
    return {user.username: user for user in users}


def _user(row: people.Person) -> User:
    return User(
        username=row.username,
        first_name=row.first,
        last_name=row.last,
        email=f"{row.username}@{people.DOMAIN}",
        job_title=row.job,
        is_service=row.is_service,
        password=make_password(f"demo-{row.username}" if row.signs_in else None),
    )


def plant_grants(users: Mapping[str, User], portfolios: Mapping[str, Portfolio], projects: Iterable[Project]) -> None:
    """Roles: for most in the whole organisation, which then reaches what is theirs; for some on named objects."""
    roles = {role.code: role for role in Role.objects.all()}
    by_short = {project.short_name: project.pk for project in projects}
    grants = [
        Grant(user=users[row.username], role=roles[row.role])
        for row in (*people.CAST, *people.OTHERS)
        if row.username != "executive" and row.role != "member"
    ]
    grants += [_within(users["executive"], roles["executive"], "portfolio", portfolios[c].pk) for c in EXECUTIVE_SEES]
    grants += _on_projects(users["administrator"], roles["administrator"], ASSISTED, by_short)
    for username, names in JOINED.items():
        grants += _on_projects(users[username], roles["member"], names, by_short)
    Grant.objects.bulk_create(grants)


def _on_projects(user: User, role: Role, names: Iterable[str], by_short: Mapping[str, int]) -> list[Grant]:
    return [_within(user, role, "project", by_short[name]) for name in names if name in by_short]


def _within(user: User, role: Role, scope: str, scope_id: int) -> Grant:
    return Grant(user=user, role=role, scope=scope, scope_id=scope_id)
