"""Makes more rows for every list, each with parents of its own, so that a query per row would show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from pmo.access.models import Grant, Role, User
from pmo.audit.acting import acting
from pmo.audit.models import Record
from pmo.console.models import Invitation
from pmo.exchange.models import ImportRow, ImportRun
from pmo.followups.models import ActionItem
from pmo.notices.models import Letter, Message, Notice
from pmo.organisation.models import ExchangeRate, Placement, Unit
from pmo.registers.declaring import REGISTERS
from pmo.ui.models import BulkAct, ExportRun, SavedView
from portfolio.projects.models import Portfolio, Programme, Project
from portfolio.status.models import ReportState, StatusReport
from portfolio.status.standing import refresh
from reporting.packs.models import Pack, PackRun
from reporting.sample.small import published
from tests.house.registers import entry_of

READERS = {
    "console:user_list": "director",
    "console:rate_list": "director",
    "console:invitation_list": "sysadmin",
}
"""Who reads a list whole, where it is not the analyst."""

_numbers = count(1)


def person(kind: str) -> User:
    """Somebody new, placed in a unit of his own."""
    number = next(_numbers)
    user = User.objects.create(username=f"{kind}{number}", first_name=f"{kind.title()}{number}", last_name="Grown")
    Placement.objects.create(user=user, unit=unit())
    return user


def unit() -> Unit:
    number = next(_numbers)
    return Unit.objects.create(code=f"U{number}", name=f"Unit {number}")


def rate() -> ExchangeRate:
    day = datetime(2020, 1, 1, tzinfo=UTC).date() + timedelta(days=next(_numbers))
    return ExchangeRate.objects.create(base="USD", quote="EUR", valid_on=day, rate="0.9")


def portfolio() -> Portfolio:
    number = next(_numbers)
    return Portfolio.objects.create(code=f"PF{number}", name=f"Portfolio {number}", manager=person("keeper"))


def project(world: Any, **values: Any) -> Project:
    """A late project with everything a row can show; parents are new unless given."""
    number = next(_numbers)
    home = values.get("portfolio") or portfolio()
    programme = Programme.objects.create(code=f"PG{number}", name=f"Programme {number}", portfolio=home)
    defaults = {
        "programme": programme,
        "unit": unit(),
        "manager": person("manager"),
        "sponsor": person("sponsor"),
        "report_due_on": world.today - timedelta(days=3),
        "finish_baseline": world.today + timedelta(days=90),
        "finish_forecast": world.today + timedelta(days=120),
        "budget": 1000,
        "forecast": 1100,
        "whole_life_cost": 9000,
    }
    return Project.objects.create(
        code=f"GROWN-{number}", name=f"Grown {number}", **{**defaults, **values, "portfolio": home}
    )


def reported(world: Any, **values: Any) -> Project:
    """A project with a published report; its next one is late."""
    made = project(world, **values)
    published(made, world.today - timedelta(days=40), "amber", checker=person("checker"))
    refresh([made.pk])
    Project.objects.filter(pk=made.pk).update(report_due_on=world.today - timedelta(days=3))
    return made


def waiting(world: Any) -> StatusReport:
    """A report that waits for its check."""
    made = published(project(world), world.today, "green", checker=person("checker"))
    StatusReport.objects.filter(pk=made.pk).update(state=ReportState.SUBMITTED, published_at=None, published_by=None)
    return made


def of_the_bridge(world: Any) -> StatusReport:
    """One more published report of N-1, by somebody new."""
    number = next(_numbers)
    day = world.today - timedelta(days=1000 + number)
    made = published(world.projects["N-1"], day, "green", checker=person("checker"), number=100 + number)
    StatusReport.objects.filter(pk=made.pk).update(author=person("author"))
    return made


def act(world: Any) -> Record:
    """A record about an object of its own by somebody new."""
    made = project(world)
    return Record.objects.create(
        actor=person("actor"),
        verb="project.edit",
        object_type="portfolio.project",
        object_id=made.pk,
        object_label=str(made),
        project_id=made.pk,
        changes={"name": ["Old", "New"]},
        source="page",
        request_id=f"grown-{next(_numbers)}",
    )


def colleague() -> User:
    user = person("colleague")
    Grant.objects.create(user=user, role=Role.objects.get(code="member"), scope="portfolio", scope_id=portfolio().pk)
    Grant.objects.create(user=user, role=Role.objects.get(code="executive"))
    return user


def invited() -> Invitation:
    end = timezone.now() + timedelta(days=3)
    return Invitation.objects.create(person=person("guest"), invited_by=person("host"), expires_at=end)


def upload() -> ImportRun:
    number, home = next(_numbers), portfolio()
    return ImportRun.objects.create(
        profile="projects-csv",
        file=f"imports/{number}.csv",
        file_name=f"grown-{number}.csv",
        file_size=number,
        sha256=f"{number:064d}",
        into=home.pk,
        into_label=home.name,
        state="previewed",
        requested_by=person("importer"),
    )


def line(things: dict[str, Any]) -> ImportRow:
    number = next(_numbers)
    return ImportRow.objects.create(run_id=things["import"], line=number, key=f"K{number}", outcome="created")


def pack() -> Pack:
    made = Pack.objects.create(name=f"Pack {next(_numbers)}", portfolio=portfolio())
    made.recipients.add(person("recipient"))
    run_of(made)
    return made


def run_of(made: Pack) -> PackRun:
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=next(_numbers))
    return PackRun.objects.create(pack=made, at=now.date(), requested_by=person("maker"), requested_at=now)


def changed(world: Any) -> BulkAct:
    actor = world.users["analyst"]
    return BulkAct.objects.create(actor=actor, verb="project.edit", label=f"Changed row {next(_numbers)}")


def exported(world: Any) -> ExportRun:
    return ExportRun.objects.create(
        requested_by=world.users["analyst"], page="portfolio:project_list", title=f"Export {next(_numbers)}", kind="csv"
    )


def shared_view() -> SavedView:
    return SavedView.objects.create(
        owner=person("keeper"), page="portfolio:project_list", name=f"View {next(_numbers)}", sharing="everybody"
    )


def job() -> Message:
    return Message.objects.create(task=f"notices.grown{next(_numbers)}", created_at=timezone.now())


def told(world: Any) -> Notice:
    """A notice of the analyst, on behalf of somebody new."""
    number = next(_numbers)
    return Notice.objects.create(
        user=world.users["analyst"], kind="status", text=f"Grown {number}", url="/", key=f"grown-{number}",
        on_behalf_of=person("absent"),
    )  # fmt: skip


def letter() -> Letter:
    return Letter.objects.create(user=person("reader"), kind="digest", occasion="grown", state="failed", error="x")


def action_item(world: Any) -> ActionItem:
    """A late action item on a project of its own, for somebody new by somebody new."""
    return ActionItem.objects.create(
        title=f"Grown {next(_numbers)}",
        owner=person("owner"),
        created_by=person("asker"),
        due_on=world.today - timedelta(days=1),
        parent_type="portfolio.project",
        parent_id=project(world).pk,
    )


Grower = Callable[[Any, dict[str, Any]], Any]
GROWERS: dict[str, Grower] = {
    "portfolio:project_list": lambda world, things: reported(world),
    "portfolio:report_list": lambda world, things: reported(world),
    "portfolio:late_reports": lambda world, things: reported(world),
    "portfolio:status_queue": lambda world, things: waiting(world),
    "portfolio:project_reports": lambda world, things: of_the_bridge(world),
    "reporting:home": lambda world, things: reported(world),
    "reporting:portfolio_home": lambda world, things: reported(world, portfolio=world.portfolios["NORTH"]),
    "reporting:programme_home": lambda world, things: reported(
        world, portfolio=world.portfolios["NORTH"], programme=world.programmes["RAILS"]
    ),
    "reporting:unit_home": lambda world, things: reported(world, unit=world.units["WORKS"]),
    "reporting:pack_list": lambda world, things: pack(),
    "reporting:pack": lambda world, things: run_of(Pack.objects.get(pk=things["pack"])),
    "exchange:import_list": lambda world, things: upload(),
    "exchange:import_run": lambda world, things: line(things),
    "console:record_list": lambda world, things: act(world),
    "console:rate_list": lambda world, things: rate(),
    "console:user_list": lambda world, things: colleague(),
    "console:invitation_list": lambda world, things: invited(),
    "ui:notice_list": lambda world, things: told(world),
    "console:letter_list": lambda world, things: letter(),
    "followups:action_item_list": lambda world, things: action_item(world),
    "console:job_list": lambda world, things: job(),
    "ui:bulk_list": lambda world, things: changed(world),
    "ui:export_list": lambda world, things: exported(world),
    "ui:view_list": lambda world, things: shared_view(),
}

GROWERS |= {
    each.page("list"): lambda world, things, each=each: entry_of(each, project(world), person("owner"))
    for each in REGISTERS.all()
}


def grow(name: str, world: Any, things: dict[str, Any], rows: int) -> None:
    """That many more rows for the list of this name."""
    with acting(User.objects.system(), "sample.small", source="test"):
        for _ in range(rows):
            GROWERS[name](world, things)
