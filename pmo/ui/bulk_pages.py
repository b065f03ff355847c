"""The pages of changes in bulk: one's own list, one act with its rows, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.kernel.errors import NotVisible
from pmo.ui import reversing
from pmo.ui.filters import ChoiceFilter, FilterSet
from pmo.ui.models import BulkAct, BulkRow
from pmo.ui.pages import Crumb, ListPage
from pmo.ui.registry import page
from pmo.ui.tables import Badge, Link, Moment, Table
from pmo.ui.views import OwnPage

LIST = "ui:bulk_list"


class BulkActTable(Table):
    """Changes in bulk, the latest first."""

    label = Link("label", gettext_lazy("What was done"), sort="label")
    state = Badge("state", gettext_lazy("State"), sort="state", choices=dict(BulkAct.State.choices))
    at = Moment("created_at", gettext_lazy("When"), sort="created_at")
    undone = Moment("undone_at", gettext_lazy("Undone"), sort="undone_at", phone=False)
    default = ("label", "state", "at", "undone")
    order = "-at"


class BulkActFilters(FilterSet):
    """Changes by state."""

    search_fields = ("label",)
    state = ChoiceFilter(choices=BulkAct.State, label=gettext_lazy("State"), everything=gettext_lazy("All states"))

    class Meta:
        model = BulkAct
        fields: tuple[str, ...] = ()


@page("bulk/", name=LIST, may="")
class BulkActList(OwnPage, ListPage):
    """What the reader changed in bulk, each with its way back."""

    title, noun = gettext_lazy("My changes in bulk"), gettext_lazy("Changes")
    lead = gettext_lazy("Each can be undone as long as nobody changed its rows since.")
    table, filters = BulkActTable, BulkActFilters
    export_may = ""
    empty = gettext_lazy("Nothing was changed in bulk yet. Choose rows of a list, then what to change.")

    def visible(self) -> QuerySet[Any]:
        return BulkAct.objects.visible_to(self.user)


class OfOneAct(OwnPage):
    """A page about one change of the reader."""

    menu = LIST

    def prepare(self) -> None:
        found = BulkAct.objects.visible_to(self.user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotVisible(_("There is no such change."))
        self.act = found


@page("bulk/<int:pk>/", name="ui:bulk_act", may="")
class BulkActPage(OfOneAct):
    """What became of each row, and whether it can be undone."""

    template_name = "ui/bulk_act.html"

    def get_title(self) -> str:
        return self.act.label

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("My changes in bulk"), reverse(LIST))]

    def context(self, **more: Any) -> dict[str, Any]:
        reversible = reversing.REVERSIBLE.find(self.act.verb) is not None
        standing = {each.row.pk: each for each in reversing.standings(self.act)} if reversible else {}
        told = list(self.told(standing))
        free = sum(1 for each in standing.values() if not each.obstacle)
        return super().context(
            act=self.act, told=told, free=free, held=len(standing) - free, list_url=self.list_url(), **more
        )

    def told(self, standing: dict[int, reversing.Standing]) -> Iterator[tuple[BulkRow, str, str]]:
        """Each row with its words and their colour."""
        for row in self.act.rows.all():
            if row.refusal:
                yield row, row.refusal, "red"
            elif row.undone:
                yield row, _("Undone"), ""
            elif row.pk in standing and standing[row.pk].obstacle:
                yield row, standing[row.pk].obstacle, "amber"
            else:
                yield row, _("Changed"), ""

    def list_url(self) -> str:
        try:
            return reverse(self.act.page) if self.act.page else ""
        except NoReverseMatch:
            return ""


@page("bulk/<int:pk>/undo/", name="ui:bulk_undo", may="")
class BulkUndo(OfOneAct):
    """Give the rows their values back."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raw = request.POST.get("version", "")
        version = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None
        act = reversing.undo(self.act.pk, actor=self.user, version=version)
        if act.state == BulkAct.State.UNDONE:
            messages.success(request, _("Undone. Every row has its earlier values."))
        else:
            messages.warning(request, _("Undone in part. The rows below were changed since and stay as they are."))
        return HttpResponseRedirect(act.get_absolute_url())
