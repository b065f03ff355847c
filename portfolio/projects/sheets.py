"""The list of projects as a workbook that is edited and comes back: the same columns that an import reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import require
from pmo.exchange.sheets import MOST_ROWS, Sheet, SheetColumn
from pmo.fields.rules import definitions as d
from pmo.fields.rules.definitions import Definition
from pmo.fields.writing import PREFIX, Values
from pmo.kernel.errors import Invalid
from pmo.organisation.models import Unit
from pmo.ui.pages import page
from portfolio.projects.listing import CHOICES, unique_names
from portfolio.projects.models import Programme, Project
from portfolio.projects.rules.rows import AMOUNTS, COLUMNS, DATES, REFERENCES, ROW_VERSION
from portfolio.projects.views import ProjectList

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOCKED: Final = ("code", ROW_VERSION)
_WIDTHS: Final = {"name": 40, "description": 50, "programme": 26, "unit": 26, "manager": 22, "sponsor": 22}


@page("projects-to-edit/", name="portfolio:project_sheet", may="import.run")
class ProjectSheet(ProjectList):
    """The projects of the current filter that the reader may change, as a workbook."""

    menu = "portfolio:project_list"
    http_method_names = ("get", "head", "options")

    def prepare(self) -> None:
        super().prepare()
        require(self.user, "export.run")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            rows = self.rows()
        except Invalid as error:
            return self.refuse(error)
        mine = Project.objects.visible_to(self.user, "import.run").values("pk")
        return self.download(rows.filter(pk__in=mine)[: MOST_ROWS + 1])

    def download(self, rows: Any) -> HttpResponse:
        from pmo.exchange.workbooks import workbook

        projects = list(rows)
        if len(projects) > MOST_ROWS:
            text = _("At most %(most)s rows can be edited at once. Narrow the filter.") % {"most": MOST_ROWS}
            return self.refuse(Invalid({"": [text]}))
        answer = HttpResponse(workbook(sheet_of(projects, self.user)), content_type=XLSX)
        answer["Content-Disposition"] = f'attachment; filename="projects-{timezone.localdate().isoformat()}.xlsx"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


@dataclass(frozen=True)
class _Words:
    """What a sheet needs besides the projects: custom fields, and the people whose name means one person."""

    custom: Mapping[str, Definition]
    unique: frozenset[str]


def sheet_of(projects: Sequence[Project], user: User) -> Sheet:
    """The workbook of these projects: every column that an import reads, with the version of each row."""
    fields = Values(Project, user).open_fields
    custom = {f"{PREFIX}{each.slug}": each.definition for each in fields if each.definition.type != d.PERSON}
    words = _Words(custom, unique_names())
    names = [*(column.name for column in COLUMNS if column.name != ROW_VERSION), *custom, ROW_VERSION]
    labels = _labels(custom)
    return Sheet(
        title=_("Projects"),
        columns=[_column(name, labels[name], custom.get(name)) for name in names],
        rows=([_cell(project, name, words) for name in names] for project in projects),
        about_title=_("About"),
        about=about(len(projects), user),
    )


def _labels(custom: Mapping[str, Definition]) -> dict[str, str]:
    """The headers as an import knows them in whatever language it is read."""
    return {column.name: column.label for column in COLUMNS} | {name: each.label for name, each in custom.items()}


def _column(name: str, label: str, known: Definition | None) -> SheetColumn:
    return SheetColumn(label, _WIDTHS.get(name, 16), _choices(name, known), name in LOCKED)


def _choices(name: str, known: Definition | None) -> list[str]:
    if known is not None:
        return [option.label for option in known.offered] if known.type == d.CHOICE else []
    if name in CHOICES:
        return [str(label) for label in CHOICES[name].labels]
    if name == "confidential":
        return ["yes", "no"]
    if name == "programme":
        return list(Programme.objects.order_by("name").values_list("name", flat=True))
    return list(Unit.objects.order_by("name").values_list("name", flat=True)) if name == "unit" else []


def _cell(project: Project, name: str, words: _Words) -> Any:
    known = words.custom.get(name)
    if known is not None:
        return _custom_cell(known, project.custom.get(name.removeprefix(PREFIX)))
    if name == ROW_VERSION:
        return project.version
    value = getattr(project, name)
    if name in CHOICES:
        return getattr(project, f"get_{name}_display")()
    if name in REFERENCES:
        return _reference(value, words)
    if value is None and name in (*AMOUNTS, *DATES):
        return project.absent.get(name, "")
    return _plain(value)


def _reference(value: Any, words: _Words) -> str:
    if isinstance(value, User):
        return str(value) if str(value) in words.unique else value.username
    return str(value.name) if value is not None else ""


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else value


def _custom_cell(known: Definition, value: Any) -> Any:
    if value is None:
        return ""
    if known.type == d.DATE:
        return date.fromisoformat(value)
    if known.type in d.NUMERIC:
        return Decimal(str(value))
    if known.type in d.CHOOSING:
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(known.labels.get(each, str(each)) for each in chosen)
    return _plain(value)


def about(count: int, user: User) -> list[str]:
    """What the reader of a workbook must know to bring it back."""
    today = timezone.localdate().isoformat()
    return [
        _("How to edit this list"),
        _("Downloaded on %(day)s by %(person)s: %(count)s projects that you may change.")
        % {"day": today, "person": user, "count": count},
        _("Change the white cells. The grey columns “Code” and “Row version” tell which project a row is: leave them."),
        _("To remove a value, empty its cell. To make a new project, add a row with a new code and no row version."),
        _("A row that you delete here is not deleted there. Columns may be moved or removed; sheets may be renamed."),
        _("Write values, no formulas: a cell with a formula is refused with its address."),
        _("Then upload the workbook under “Upload an edited list”. You see each change before anything is written."),
        _("Where somebody else changed the same cell meanwhile, you are shown who and when, and choose."),
    ]
