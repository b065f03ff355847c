"""Imports of projects: where files may go, and the profile of plain project lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Upper
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.access.policy import can, reach
from pmo.access.reach import Reach
from pmo.exchange.models import ImportRow, ImportRun
from pmo.exchange.offers import (
    TEXT,
    WORKBOOK,
    Context,
    Destination,
    Destinations,
    ProfileRegistry,
    Source,
    Target,
    TargetRegistry,
)
from pmo.exchange.rules.headers import Column, normalised
from pmo.exchange.rules.plans import Plan, RowPlan
from pmo.fields.queries import fields_of
from pmo.fields.writing import PREFIX
from pmo.ui.offers import PICK, Option, PickSource
from pmo.ui.pages import Door
from portfolio.projects.listing import plan_list, portfolio_of, take_list_back, write_list
from portfolio.projects.models import Portfolio, Project
from portfolio.projects.rules.rows import COLUMNS, LABELS
from portfolio.projects.scoping import hidden_projects, portfolios


def import_runs(reach: Reach, user: Any, writes: bool = True) -> Q:
    """Import runs into portfolios that the reach covers, but for those about projects that are hidden from the person.

    Whoever uploaded a file or applied it knows what is in it.
    """
    told = _open_runs(hidden_projects(reach, user)) & _without_secrets_to_be()
    found = told | Q(requested_by=user) | Q(applied_by=user)
    if reach.everything:
        return found
    return found & Q(into__in=Portfolio.objects.filter(portfolios(reach, user, writes)).values("pk"))


def _open_runs(hidden: QuerySet[Project]) -> Q:
    """Runs without a row that wrote one of the hidden projects, or that bears its code."""
    keys, codes = hidden.values(text=Cast("pk", TextField())), hidden.values(upper=Upper("code"))
    rows = ImportRow.objects.annotate(code=Upper("key"), wrote=KT("undo__project"))
    return ~Q(pk__in=rows.filter(Q(wrote__in=keys) | Q(code__in=codes)).values("run"))


def _without_secrets_to_be() -> Q:
    """Runs that would make no project confidential; what is written already is told by the project itself."""
    label = LABELS["confidential"]
    marked = Q(changes__contains=[[label, "", "True"]]) | Q(changes__contains=[[label, "False", "True"]])
    rows = ImportRow.objects.filter(marked | Q(cells__confidential__iregex=r"^\s*(yes|true|1|x)\s*$"))
    return ~Q(pk__in=rows.exclude(run__state=ImportRun.State.APPLIED).values("run"))


def search(user: User, text: str, limit: int) -> list[Destination]:
    """Portfolios into which the person may import, by code or name."""
    found = Portfolio.objects.visible_to(user, "import.run")
    wanted = Q(code__icontains=text) | Q(name__icontains=text)
    return [_destination(portfolio) for portfolio in found.filter(wanted).order_by("name")[:limit]]


def find(user: User, reference: str) -> Destination | None:
    """The portfolio of this id or code, when the person may import into it."""
    wanted = Q(code__iexact=reference) | (Q(pk=int(reference)) if reference.isascii() and reference.isdigit() else Q())
    if not reach(user, "import.run"):
        return None
    found = Portfolio.objects.visible_to(user, "import.run").filter(wanted).order_by("pk").first()
    return _destination(found) if found else _only(search(user, reference, 2))


def _only(found: list[Destination]) -> Destination | None:
    return found[0] if len(found) == 1 else None


def _destination(portfolio: Portfolio) -> Destination:
    try:
        url = reverse("portfolio:portfolio", args=[portfolio.code])
    except NoReverseMatch:
        url = ""
    return Destination(portfolio.pk, portfolio.code, portfolio.name, url)


def suggest(user: User, text: str, limit: int) -> list[Option]:
    """Portfolios for the selector of the upload form."""
    return [Option(place.code, place.label) for place in search(user, text, limit)]


def offer_destinations(destinations: Destinations) -> None:
    """Tell the import framework into what files may be imported."""
    destinations.fill(search=search, find=find)
    PICK.add(PickSource("import-into", "import.run", suggest))


def custom_columns() -> list[Column]:
    """Columns of files for the custom fields of projects."""
    return [
        Column(f"{PREFIX}{field.slug}", field.label, (normalised(field.slug),), help=field.help)
        for field in fields_of("project", None)
    ]


class ProjectsCsvProfile:
    """A plain list of projects: one row is one project, found by its code."""

    name = "projects-csv"
    label: str | Promise = _("List of projects (CSV)")
    help: str | Promise = _(
        "One row a project, found by its code: new codes make new projects, known ones are changed. "
        "An empty cell leaves what is there; words such as n/a instead of a figure say why there is none."
    )
    needs_destination = True
    options = ()
    formats: tuple[str, ...] = (TEXT,)
    asks_unknown = True

    @property
    def columns(self) -> tuple[Column, ...]:
        """The built-in columns and those custom fields that everybody sees, by label or name; one query."""
        return (*COLUMNS, *custom_columns())

    def plan(self, source: Source, context: Context) -> Plan:
        return plan_list(source, context)

    def apply(self, rows: Sequence[RowPlan], context: Context) -> dict[int, dict[str, Any]]:
        return write_list(rows, portfolio_of(context), actor=context.actor)

    def undo(self, entries: Sequence[dict[str, Any]], *, actor: User) -> None:
        take_list_back(entries, actor=actor)


class ProjectsXlsxProfile(ProjectsCsvProfile):
    """The same list as a workbook, such as one that was downloaded to be edited."""

    name = "projects-xlsx"
    label = _("List of projects (Excel workbook)")
    help = _(
        "The same columns in an .xlsx workbook. A list that was downloaded to be edited comes back this way: "
        "you see what changed cell by cell, and where somebody else changed the same."
    )
    formats = (WORKBOOK,)


class ProjectsTarget(ProjectsCsvProfile):
    """The same list out of any file whose columns a person maps."""

    name = "projects"
    label = _("Projects")
    formats = (TEXT, WORKBOOK)


def offer_profiles(profiles: ProfileRegistry) -> None:
    """Tell the import framework which files this room reads."""
    profiles.add(ProjectsCsvProfile())
    profiles.add(ProjectsXlsxProfile())


def offer_targets(targets: TargetRegistry) -> None:
    """Let the generic kind of file fill projects."""
    targets.add(Target("projects", _("Projects"), ProjectsTarget()))


def editing_doors(user: User, query: Mapping[str, str]) -> list[Door]:
    """The ways from a list of projects to spreadsheets and back, for those who may import."""
    if not reach(user, "import.run"):
        return []
    kept = urlencode({name: value for name, value in query.items() if value and name not in ("page", "columns")})
    sheet = reverse("portfolio:project_sheet") + (f"?{kept}" if kept else "")
    upload = reverse("exchange:import_upload") + "?profile=projects-xlsx"
    return [
        Door(gettext("Download to edit"), sheet, can(user, "export.run"), icon="download"),
        Door(gettext("Upload an edited list"), upload, icon="upload"),
        Door(gettext("Paste rows"), reverse("exchange:import_paste"), icon="copy"),
    ]
