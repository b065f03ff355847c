"""The audit log: every act, cut to what the reader may see, exportable as filtered; and one act with what joins it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import reach
from pmo.audit.history import SOURCES
from pmo.audit.models import Record
from pmo.audit.persons import acting_person
from pmo.audit.sealing import head, seal_of
from pmo.console.acts import RecordFilters, RecordTable, acts, address_of, in_chunks, label_words, prepared, verb_words
from pmo.ui import marks
from pmo.ui.pages import Crumb, DetailPage, Door, Fact, ListPage, Panel, page

LIST = "console:record_list"
MOST_OF_ONE_REQUEST = 50


@page("audit/", name=LIST, may="audit.view")
class RecordList(ListPage):
    """Who did what, when, why and through which door."""

    title = gettext_lazy("History")
    noun = gettext_lazy("Acts")
    queryset = Record.objects.select_related("actor", "on_behalf_of")
    table, filters = RecordTable, RecordFilters
    export_may = "audit.view"
    by_time = "at"
    rare_filters = ("on_behalf_of", "object_id", "source", "request_id", "token")
    template_name = "console/records.html"
    empty = gettext_lazy("Nothing has been done yet.")

    def visible(self) -> QuerySet[Any]:
        return acts(self.user)

    def export_source(self, rows: QuerySet[Any]) -> Iterable[Any]:
        return in_chunks(super().export_source(rows))

    def doors(self) -> Sequence[Door]:
        return [Door(_("Proof"), reverse("console:proof"), icon="shield-check")]

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(head=head(), is_cut=not reach(self.user, "project.view").everything, **more)


def changes_panel(request: HttpRequest, act: Any) -> Mapping[str, Any] | None:
    """What the act changed; absent when it changed nothing that is told."""
    moves = act.sentence.changes if act.told_in_full else ()
    return {"changes": moves, "note": act.note} if moves or (act.note and act.told_in_full) else None


def together_panel(request: HttpRequest, act: Any) -> Mapping[str, Any] | None:
    """What else the same request did."""
    same = acts(request.user).filter(request_id=act.request_id).exclude(pk=act.pk) if act.request_id else ()
    others = prepared(same[:MOST_OF_ONE_REQUEST])
    if not others:
        return None
    rows = [(each, verb_words(each), label_words(each)) for each in others]
    link = f"{reverse(LIST)}?request_id={act.request_id}"
    return {"rows": rows, "link": link, "link_label": _("All acts of this request")}


@page("audit/<int:pk>/", name="console:record", may="audit.view")
class RecordPage(DetailPage):
    """One act: who did what, on whose behalf, by which door, and under which seal it stands."""

    menu = LIST
    panels = (
        Panel("changes", gettext_lazy("What changed"), "console/record_changes.html", changes_panel),
        Panel("together", gettext_lazy("In the same request"), "console/record_together.html", together_panel),
    )

    def visible(self) -> QuerySet[Any]:
        return acts(self.user)

    def find(self) -> Any:
        return prepared([super().find()])[0]

    def get_title(self) -> str:
        told = {"person": self.person(), "act": verb_words(self.object), "object": label_words(self.object)}
        return _("%(act)s: %(object)s") % told

    def person(self) -> str:
        act = self.object
        return acting_person(str(act.actor), str(act.on_behalf_of or ""))

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("History"), reverse(LIST))]

    def facts(self) -> Sequence[Fact]:
        act, sealed = self.object, seal_of(Record._meta.db_table, self.object.pk)
        found = [
            Fact(_("Person"), self.person()),
            Fact(_("When"), marks.moment(act.at)),
            Fact(_("Through"), SOURCES.get(act.source, act.source)),
            Fact(_("Request"), act.request_id or "–"),
            Fact(_("Seal"), sealed.number if sealed else _("not sealed yet")),
        ]
        return [*found, Fact(_("Token"), act.token)] if act.token else found

    def doors(self) -> Sequence[Door]:
        address = address_of(self.object, self.user)
        return [Door(_("Open %(object)s") % {"object": self.object.label}, address, icon="eye")] if address else []
