"""Plants the organisation, its units, its people and what they may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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


def plant_organisation() -> None:
    """The settings."""
    Organisation.objects.update_or_create(
        pk=1,
        defaults={"name": people.ORGANISATION, "currency": "EUR", "time_zone": "Europe/Berlin"},
    )


def take_numbers(count: int) -> list[str]:
    """The codes of that many new projects."""
    numbers, _created = NumberPrefix.objects.select_for_update().get_or_create(
        kind="project", defaults={"prefix": "PRJ-", "width": 4}
    )
    first = numbers.next_number
    numbers.next_number += count
    numbers.save(update_fields=["next_number", "updated_at"])
    return [f"{numbers.prefix}{number:0{numbers.width}d}" for number in range(first, first + count)]


def plant_units() -> dict[str, Unit]:
    """The tree of units by code; those that are there already stay."""
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[row.code for row in people.UNITS])}
    for row in people.UNITS:
        if row.code not in units:
            units[row.code] = Unit.objects.create(code=row.code, name=row.name, parent=units.get(row.parent))
    return units


def plant_people(rows: Sequence[people.Person], units: Mapping[str, Unit]) -> dict[str, User]:
    """Everybody by user name; who is new is placed in a unit."""
    known = {user.username: user for user in User.objects.filter(username__in=[row.username for row in rows])}
    new = [row for row in rows if row.username not in known]
    users = User.objects.bulk_create(_user(row) for row in new)
    Placement.objects.bulk_create(
        Placement(user=user, unit=units[row.unit]) for row, user in zip(new, users, strict=True)
    )
    return known | {user.username: user for user in users}


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


def plant_grants(
    rows: Sequence[people.Person],
    users: Mapping[str, User],
    portfolios: Mapping[str, Portfolio],
    projects: Sequence[Project],
) -> None:
    """Roles: for most in the whole organisation, which then reaches what is theirs; for some on named objects.

    Who has a role already keeps what he has.
    """
    roles = {role.code: role for role in Role.objects.all()}
    by_short = {project.short_name: project.pk for project in projects}
    grants = [
        Grant(user=users[row.username], role=roles[row.role])
        for row in rows
        if row.username != "executive" and row.role != "member"
    ]
    grants += [_within(users["executive"], roles["executive"], "portfolio", portfolios[c].pk) for c in EXECUTIVE_SEES]
    grants += _on_projects(users["administrator"], roles["administrator"], ASSISTED, by_short)
    for username, names in JOINED.items():
        grants += _on_projects(users[username], roles["member"], names, by_short)
    grants += _teams([users[row.username] for row in rows if row.role == "member"], roles["member"], projects)
    known = set(Grant.objects.filter(user__in=users.values()).values_list("user_id", flat=True))
    Grant.objects.bulk_create((grant for grant in grants if grant.user_id not in known), batch_size=1000)


def _teams(members: Sequence[User], role: Role, projects: Sequence[Project]) -> list[Grant]:
    """In a large sample every fourth project has somebody of its team in the system."""
    joined = [user for user in members if user.username not in JOINED]
    chosen = projects[::4] if joined else ()
    return [_within(joined[turn % len(joined)], role, "project", each.pk) for turn, each in enumerate(chosen)]


def _on_projects(user: User, role: Role, names: Iterable[str], by_short: Mapping[str, int]) -> list[Grant]:
    return [_within(user, role, "project", by_short[name]) for name in names if name in by_short]


def _within(user: User, role: Role, scope: str, scope_id: int) -> Grant:
    return Grant(user=user, role=role, scope=scope, scope_id=scope_id)
