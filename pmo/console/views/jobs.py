"""The page about background work: what waits for the broker and what was handed to workers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import within
from pmo.console.tables import MessageFilters, MessageTable, waiting_words
from pmo.notices.models import Message
from pmo.ui.pages import Door, ListPage, ListView, door, page


@page("jobs/", name="console:job_list", may="job.view")
class JobList(ListPage):
    """The outbox."""

    title = gettext_lazy("Background work")
    noun = gettext_lazy("Work handed to workers")
    queryset = Message.objects.all()
    table, filters = MessageTable, MessageFilters
    views = (
        ListView("waiting", gettext_lazy("Waiting"), Q(sent_at=None)),
        ListView("all", gettext_lazy("All")),
    )
    export_may = "job.view"
    empty = gettext_lazy("Nothing waits: everything has been handed to a worker.")

    def visible(self) -> QuerySet[Any]:
        return Message.objects.filter(within(self.user, "job.view", Message))

    def doors(self) -> Sequence[Door]:
        return [door(_("Mail to people"), "console:letter_list", user=self.user, may="job.view", icon="mail")]

    def context(self, **more: Any) -> dict[str, Any]:
        unsent = self.visible().filter(sent_at=None).aggregate(count=Count("pk"), oldest=Min("created_at"))
        return super().context(lead=waiting_words(unsent["count"], unsent["oldest"]), **more)
