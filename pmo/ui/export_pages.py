"""The pages of exports made by workers: one's own list, asking for one, its progress and its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.kernel.errors import NotVisible
from pmo.ui import exporting
from pmo.ui.filters import ChoiceFilter, FilterSet
from pmo.ui.models import ExportRun
from pmo.ui.pages import Crumb, Door, ListPage
from pmo.ui.pages.replay import named
from pmo.ui.registry import page
from pmo.ui.tables import Badge, Link, Moment, Number, Table
from pmo.ui.views import OwnPage

LIST = "ui:export_list"
TONES = {"queued": "blue", "running": "blue", "done": "green", "failed": "red", "gone": "grey"}


class ExportTable(Table):
    """Exports, the latest first."""

    title = Link("title", gettext_lazy("Export"), sort="title")
    kind = Badge("kind", gettext_lazy("Kind"), sort="kind", choices=dict(ExportRun.Kind.choices))
    state = Badge("state", gettext_lazy("State"), sort="state", tones=TONES, choices=dict(ExportRun.State.choices))
    rows = Number("rows", gettext_lazy("Rows"), sort="rows")
    asked = Moment("created_at", gettext_lazy("Asked"), sort="created_at")
    made = Moment("finished_at", gettext_lazy("Made"), sort="finished_at", phone=False)
    default = ("title", "kind", "state", "rows", "asked", "made")
    order = "-asked"


class ExportFilters(FilterSet):
    """Exports by state."""

    search_fields = ("title",)
    state = ChoiceFilter(choices=ExportRun.State, label=gettext_lazy("State"), everything=gettext_lazy("All states"))

    class Meta:
        model = ExportRun
        fields: tuple[str, ...] = ()


@page("exports/", name=LIST, may="")
class ExportList(OwnPage, ListPage):
    """The files that the reader had made."""

    title, noun = gettext_lazy("My exports"), gettext_lazy("Exports")
    lead = gettext_lazy("Files that were too long for a moment. Each is kept for a week.")
    table, filters = ExportTable, ExportFilters
    export_may = ""
    empty = gettext_lazy("No export yet. Lists that are too long for a moment are written in the background.")

    def visible(self) -> QuerySet[Any]:
        return ExportRun.objects.visible_to(self.user)


@page("exports/new/", name="ui:export_new", may="")
class ExportNew(OwnPage):
    """Have a list written in the background."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        name, parts, query = named(request.POST.get("address", ""))
        run = exporting.ask(name, parts, query, request.POST.get("kind", ""), actor=self.user)
        return HttpResponseRedirect(run.get_absolute_url())


class OfOneExport(OwnPage):
    """A page about one export of the reader."""

    menu = LIST

    def prepare(self) -> None:
        found = ExportRun.objects.visible_to(self.user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotVisible(_("There is no such export."))
        self.run = found


@page("exports/<int:pk>/", name="ui:export", may="")
class ExportPage(OfOneExport):
    """How far an export is, and its file."""

    template_name = "ui/export.html"

    def get_title(self) -> str:
        return self.run.title

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("My exports"), reverse(LIST))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        part = "ui/export.html#progress" if getattr(request, "htmx", False) else ""
        return self.answer(part, run=self.run, place=exporting.place_of(self.run))

    def doors(self) -> Sequence[Door]:
        if self.run.state != ExportRun.State.DONE:
            return []
        address = reverse("ui:export_file", args=[self.run.pk])
        return [Door(_("Download"), address, icon="download", primary=True)]


@page("exports/<int:pk>/file/", name="ui:export_file", may="")
class ExportFile(OfOneExport):
    """The file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return exporting.download(self.run, self.user)
