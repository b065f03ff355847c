"""The audit page: every act, cut to what the reader may see, exportable as filtered."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from pmo.access.policy import within
from pmo.audit.models import Record
from pmo.console.tables import RecordFilters, RecordTable
from pmo.ui.pages import ListPage, page


@page("audit/", name="console:record_list", may="audit.view")
class RecordList(ListPage):
    """Who did what, when, why and through which door."""

    title = gettext_lazy("History")
    noun = gettext_lazy("Acts")
    queryset = Record.objects.select_related("actor", "on_behalf_of")
    table, filters = RecordTable, RecordFilters
    export_may = "audit.view"
    empty = gettext_lazy("Nothing has been done yet.")

    def visible(self) -> QuerySet[Any]:
        return Record.objects.select_related("actor", "on_behalf_of").filter(within(self.user, "audit.view", Record))
