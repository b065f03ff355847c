"""The pages of portfolios, programmes and projects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import can, reach
from pmo.audit.history import history_of
from pmo.audit.offers import RESTORING
from pmo.kernel.errors import NotVisible
from pmo.ui import formats
from pmo.ui.custom_lists import WithCustomFields
from pmo.ui.custom_panels import facts_of
from pmo.ui.pages import (
    ActionPage,
    Bulk,
    CreatePage,
    Crumb,
    DetailPage,
    Door,
    EditPage,
    Fact,
    ListPage,
    ListView,
    Page,
    door,
    page,
)
from pmo.ui.pages.bulk_edit import BulkEdit
from portfolio.projects import actions, attaching, panels, queries
from portfolio.projects.forms import (
    DATES,
    AssignManagerForm,
    ManyProjectsForm,
    NewProjectForm,
    PortfolioForm,
    ProgrammeForm,
    ProjectForm,
    RunForm,
)
from portfolio.projects.models import Portfolio, Programme, Project
from portfolio.projects.offers import PROJECTS
from portfolio.projects.rules import running
from portfolio.projects.tables import LIST_VIEWS, OPEN, ProjectFilters, ProjectTable


def assign(pk: int, *, manager: Any, actor: Any) -> Any:
    """One row of the bulk action."""
    return actions.assign_manager([pk], manager, actor=actor)


BULK_FIELDS = (
    "unit", "programme", "sponsor", "investment_class", "category", "method", "tags",
    "cadence", "report_weekday", *DATES,
)  # fmt: skip
BULK_EDITING = BulkEdit(
    "project.edit",
    BULK_FIELDS,
    form=lambda reader: ManyProjectsForm(reader=reader),
    bound=lambda reader, sent: ManyProjectsForm(sent, reader=reader),
    save=actions.edit_project,
)


@page("projects/", name="portfolio:project_list", may="project.view")
class ProjectList(WithCustomFields, ListPage):
    """Every project that the reader may see."""

    custom_kind = "project"

    title = gettext_lazy("Projects")
    keeps_history = True
    table, filters = ProjectTable, ProjectFilters
    editing = BULK_EDITING
    empty = gettext_lazy("No projects yet. Create one, or import them from a file.")

    @property
    def views(self) -> Sequence[ListView]:  # type: ignore[override]
        first, second, *rest = LIST_VIEWS
        return [first, second, *PROJECTS.views, *rest]

    @property
    def bulk(self) -> Sequence[Bulk]:  # type: ignore[override]
        assigning = Bulk(
            "project.assign_manager", gettext_lazy("Assign manager"), assign, form=AssignManagerForm, icon="user-check"
        )
        return [assigning, *PROJECTS.bulk]

    def visible(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = queries.listed(self.seen(Project.objects.all()), self.organisation)
        return rows

    def doors(self) -> Sequence[Door]:
        from_rooms = [door for offer in PROJECTS.list_doors for door in offer(self.user, self.request.GET)]
        return [*new_project_doors(self.user), *from_rooms]


def new_project_doors(user: Any, portfolio: Portfolio | None = None) -> list[Door]:
    """The way to a new project, for those who may make one somewhere."""
    if not reach(user, "project.create"):
        return []
    address = reverse("portfolio:project_new") + (f"?portfolio={portfolio.pk}" if portfolio else "")
    return [Door(_("New project"), address, icon="plus", primary=True)]


@page("projects/new/", name="portfolio:project_new", may="project.create")
class ProjectNew(CreatePage):
    """A new project in a portfolio where the reader may create."""

    title = gettext_lazy("New project")
    menu = "portfolio:project_list"
    form_class = NewProjectForm

    def form_options(self) -> dict[str, Any]:
        return {"reader": self.user, "initial": {"portfolio": self.request.GET.get("portfolio")}}

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Projects"), reverse("portfolio:project_list"))]

    def create(self, data: dict[str, Any]) -> Any:
        return actions.create_project(data, actor=self.user, organisation=self.organisation)

    def cancel_url(self) -> str:
        return reverse("portfolio:project_list")


class AboutProject(DetailPage):
    """What all pages of one project share."""

    queryset = Project.objects.with_parents()
    lookup = "code"
    keeps_history = True
    menu = "portfolio:project_list"
    template_name = "portfolio/project.html"
    tab = ""

    def find(self) -> Any:
        found = self.visible().filter(code__iexact=self.kwargs["code"]).first()
        if found is None:
            raise NotVisible(self.unknown(_("This project does not exist, or you may not see it.")))
        return found

    def get_title(self) -> str:
        return str(self.object.name)

    def crumbs(self) -> Sequence[Crumb]:
        return panels.crumbs(self.object)

    def facts(self) -> Sequence[Fact]:
        return panels.facts(self.object)

    def tabs(self) -> Any:
        return panels.tabs(self.object, self.tab, self.user)

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(phases=panels.phases(self.object), crumb_title=self.object.code, **more)


@page("projects/<str:code>/", name="portfolio:project", may="project.view")
class ProjectPage(AboutProject):
    """How one project stands."""

    tab = "overview"

    def get_panels(self) -> Any:
        return [*panels.PANELS, *PROJECTS.panels]

    def doors(self) -> Sequence[Door]:
        edit = door(_("Edit"), "portfolio:project_edit", self.object.code, may="project.edit", user=self.user,
                    obj=self.object, icon="pencil")  # fmt: skip
        run = door(_("Hold, close or reopen"), "portfolio:project_run", self.object.code, may="project.edit",
                   user=self.user, obj=self.object, icon="player-pause-filled")  # fmt: skip
        return [*PROJECTS.doors_for(self.user, self.object), *([edit, run] if edit.verdict else [])]


@page("projects/<str:code>/history/", name="portfolio:project_history", may="audit.view")
class ProjectHistory(AboutProject):
    """What happened to the data of the project, in sentences."""

    tab = "history"
    template_name = "portfolio/project_history.html"

    def context(self, **more: Any) -> dict[str, Any]:
        way = RESTORING[Project._meta.label_lower]
        may = self.instant is None and can(self.user, way.code, self.object, view=self.may)
        told = history_of([self.object], limit=100, reader=self.user, until=self.instant)
        return super().context(happenings=told, restorable=way.fields if may else (), **more)


@page("projects/<str:code>/edit/", name="portfolio:project_edit", may="project.edit")
class ProjectEdit(EditPage):
    """The plain data of a project."""

    queryset = Project.objects.with_parents()
    lookup = "code"
    menu = "portfolio:project_list"
    form_class = ProjectForm

    def find(self) -> Any:
        found = self.visible().filter(code__iexact=self.kwargs["code"]).first()
        if found is None:
            raise NotVisible(_("This project does not exist, or you may not see it."))
        return found

    def form_options(self) -> dict[str, Any]:
        return {**super().form_options(), "reader": self.user}

    def crumbs(self) -> Sequence[Crumb]:
        return [*panels.crumbs(self.object), Crumb(self.object.code, self.object.get_absolute_url())]

    def save(self, changes: Mapping[str, Any], *, version: int) -> Any:
        """The form has already filled its own copy, so the action gets the project as stored."""
        return actions.edit_project(self.find(), changes, actor=self.user, version=version)


@page("projects/<str:code>/run/", name="portfolio:project_run", may="project.edit")
class ProjectRun(ActionPage):
    """Hold, resume, close, cancel or reopen a project."""

    queryset = Project.objects.with_parents()
    lookup = "code"
    menu = "portfolio:project_list"
    title = gettext_lazy("Hold, close or reopen")
    form_class = RunForm
    submit_label = gettext_lazy("Confirm")
    success = gettext_lazy("Done; the reason is kept in the history.")
    action = staticmethod(actions.run)

    def form_options(self) -> dict[str, Any]:
        verbs = list(dict.fromkeys(step.verb for step in running.FLOW.steps_from(self.object.state)))
        return {"verbs": verbs, "initial": {"version": self.object.version}}

    def crumbs(self) -> Sequence[Crumb]:
        return [*panels.crumbs(self.object), Crumb(self.object.code, self.object.get_absolute_url())]


@page("portfolios/", name="portfolio:portfolio_list", may="portfolio.view")
class PortfolioTree(Page):
    """The tree of portfolios and programmes with what is open in each."""

    title = gettext_lazy("Portfolios and programmes")
    keeps_history = True
    template_name = "portfolio/tree.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return self.answer(branches=panels.branches(self.user, self.instant))

    def doors(self) -> Sequence[Door]:
        if not can(self.user, "portfolio.edit"):
            return []
        doors = [Door(_("New programme"), reverse("portfolio:programme_new"), icon="plus")]
        if reach(self.user, "portfolio.edit").everything:
            doors.insert(0, Door(_("New portfolio"), reverse("portfolio:portfolio_new"), icon="plus"))
        return doors


@page("portfolios/new/", name="portfolio:portfolio_new", may="portfolio.edit")
class PortfolioNew(CreatePage):
    title = gettext_lazy("New portfolio")
    menu = "portfolio:portfolio_list"
    form_class: ClassVar[type[BaseForm]] = PortfolioForm

    def form_options(self) -> dict[str, Any]:
        return {"reader": self.user}

    def create(self, data: dict[str, Any]) -> Any:
        return actions.create_portfolio(data, actor=self.user)

    def cancel_url(self) -> str:
        return reverse("portfolio:portfolio_list")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Portfolios"), reverse("portfolio:portfolio_list"))]


@page("programmes/new/", name="portfolio:programme_new", may="portfolio.edit")
class ProgrammeNew(PortfolioNew):
    title = gettext_lazy("New programme")
    form_class = ProgrammeForm

    def create(self, data: dict[str, Any]) -> Any:
        return actions.create_programme(data, actor=self.user)


MOST_SHOWN = 100
"""The worst are shown; all of them are one click away, with filters."""


class AboutParent(DetailPage):
    """What the pages of a portfolio and of a programme share: its projects in one list."""

    lookup = "code"
    keeps_history = True
    menu = "portfolio:portfolio_list"
    template_name = "portfolio/parent.html"
    within = ""

    def get_title(self) -> str:
        return str(self.object.name)

    def facts(self) -> Sequence[Fact]:
        custom = facts_of(self.within, self.object, self.user)
        return [*panels.parent_facts(self.object), *custom]

    def tabs(self) -> Any:
        return attaching.parent_tabs(self.object, "overview")

    def projects(self) -> QuerySet[Any]:
        scope = queries.in_scope(**{self.within: self.object.pk})
        mine = self.seen(Project.objects.all()).filter(scope).filter(OPEN)
        formats.home_currency.set(queries.money_of(mine, self.organisation))
        listed: QuerySet[Any] = queries.listed(mine, self.organisation, formats.home_currency.get())
        return listed.order_by(*ProjectTable.ordering(""))

    def context(self, **more: Any) -> dict[str, Any]:
        table, rows = ProjectTable(), self.projects()
        list_url = f"{reverse('portfolio:project_list')}?{self.within}={self.object.pk}"
        projects = list(rows[:MOST_SHOWN])
        number, totals = table.counted_totals(rows)
        return super().context(
            headings=table.headings(""),
            body=table.body(projects),
            foot=table.foot(totals, number),
            number=number,
            more_url=list_url if number > len(projects) else "",
            list_url=list_url,
            description=self.object.description,
            branches=[each for each in panels.branches(self.user, self.instant) if each.belongs_to(self.object)],
            **more,
        )


@page("portfolios/<str:code>/", name="portfolio:portfolio", may="portfolio.view")
class PortfolioPage(AboutParent):
    """One portfolio with its programmes and projects."""

    queryset = Portfolio.objects.select_related("manager", "unit", "parent")
    within = "portfolio"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Portfolios"), reverse("portfolio:portfolio_list"))]

    def doors(self) -> Sequence[Door]:
        edit = can(self.user, "portfolio.edit", self.object, view="portfolio.view")
        doors = new_project_doors(self.user, self.object)
        if edit:
            doors.append(Door(_("Edit"), reverse("portfolio:portfolio_edit", args=[self.object.code]), icon="pencil"))
        return [*PROJECTS.doors_for_parent(self.user, self.object), *doors]


@page("programmes/<str:code>/", name="portfolio:programme", may="portfolio.view")
class ProgrammePage(AboutParent):
    """One programme with its projects."""

    queryset = Programme.objects.select_related("manager", "portfolio")
    within = "programme"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(self.object.portfolio.name, self.object.portfolio.get_absolute_url())]

    def doors(self) -> Sequence[Door]:
        doors = PROJECTS.doors_for_parent(self.user, self.object)
        if can(self.user, "portfolio.edit", self.object, view="portfolio.view"):
            doors.append(Door(_("Edit"), reverse("portfolio:programme_edit", args=[self.object.code]), icon="pencil"))
        return doors


class ParentEdit(EditPage):
    lookup = "code"
    menu = "portfolio:portfolio_list"
    action: Callable[..., Any]

    def save(self, changes: Mapping[str, Any], *, version: int) -> Any:
        """The form has already filled its own copy, so the action gets the object as stored."""
        return self.action(self.find(), changes, actor=self.user, version=version)

    def form_options(self) -> dict[str, Any]:
        return {**super().form_options(), "reader": self.user}


@page("portfolios/<str:code>/edit/", name="portfolio:portfolio_edit", may="portfolio.edit")
class PortfolioEdit(ParentEdit):
    queryset = Portfolio.objects.select_related("manager", "unit", "parent")
    form_class = PortfolioForm
    action = staticmethod(actions.edit_portfolio)


@page("programmes/<str:code>/edit/", name="portfolio:programme_edit", may="portfolio.edit")
class ProgrammeEdit(ParentEdit):
    queryset = Programme.objects.select_related("manager", "portfolio")
    form_class = ProgrammeForm
    action = staticmethod(actions.edit_programme)
