"""The bell: how much is unread, the latest notices, and the page with all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import parse_etags, quote_etag, url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pmo.notices import actions, queries
from pmo.notices.models import Notice
from pmo.notices.offers import KINDS
from pmo.ui.filters import ChoiceFilter, FilterSet
from pmo.ui.inbox import INBOX
from pmo.ui.pages import Bulk, Door, ListPage, ListView
from pmo.ui.registry import page
from pmo.ui.tables import Badge, Column, Link, Moment, Table
from pmo.ui.views import OwnPage

LIST = "ui:notice_list"
LATEST = 10


@page("notices/count/", name="ui:notice_count", may="")
class UnreadCount(OwnPage):
    """How much is unread, asked for every half minute; the same answer is not sent twice."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        unread = queries.pulse(self.user).unread
        etag = quote_etag(f"unread-{self.user.pk}-{unread}-{get_language()}")
        known = etag in parse_etags(request.headers.get("If-None-Match", ""))
        answer: HttpResponse = (
            HttpResponse(status=304) if known else self.answer("ui/bell_count.html", unread_count=unread)
        )
        answer["ETag"] = etag
        answer["Cache-Control"] = "private, no-cache"
        return answer


@page("notices/latest/", name="ui:notice_latest", may="")
class LatestNotices(OwnPage):
    """The last ten, as the bell shows them."""

    title = gettext_lazy("Notices")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = queries.latest(self.user, LATEST)
        return self.answer("ui/bell_latest.html", notices=[(each, KINDS.find(each.kind).label) for each in found])


@page("notices/<int:pk>/", name="ui:notice", may="")
class OpenNotice(OwnPage):
    """Leads to what a notice is about; it is read from then on."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        notice = actions.read(self.kwargs["pk"], actor=self.user)
        own = notice.url.startswith("/") and url_has_allowed_host_and_scheme(notice.url, None)
        return HttpResponseRedirect(notice.url if own else reverse(LIST))


@page("notices/read/", name="ui:notices_read", may="")
class AllRead(OwnPage):
    """Notes that the reader has read his notices; nobody else's is touched."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actions.read_all(actor=self.user)
        messages.success(request, _("Marked as read."))
        return HttpResponseRedirect(reverse("ui:my_work" if request.POST.get("next") == "my-work" else LIST))


class Said(Link):
    """The words of a notice, in bold until it is read; a deputy is told for whom he stands in."""

    def draw(self, value: Any, row: Any) -> str:
        drawn = super().draw(value, row)
        return drawn if row.read_at else f"<b>{drawn}</b>"


def address(row: Notice) -> str:
    return reverse("ui:notice", args=[row.pk]) if row.url else ""


def for_whom(row: Notice) -> str:
    return _("for %(person)s, who is away") % {"person": row.on_behalf_of} if row.on_behalf_of else ""


class NoticeTable(Table):
    """A row of the notices."""

    notice: Column = Said("text", gettext_lazy("Notice"), to=address, sub=for_whom, css="wide")
    kind = Badge(lambda row: str(KINDS.find(row.kind).label), gettext_lazy("Kind"), sort="kind")
    at = Moment("created_at", gettext_lazy("When"), sort="created_at")
    read = Moment("read_at", gettext_lazy("Read"), sort="read_at", absent=gettext_lazy("not yet"), phone=False)
    default = ("notice", "kind", "at", "read")
    order = "-at"


class NoticeFilters(FilterSet):
    """The filters of the notices."""

    search_fields = ("text",)
    kind = ChoiceFilter(choices=KINDS.choices, label=gettext_lazy("Kind"), everything=gettext_lazy("All kinds"))

    class Meta:
        model = Notice
        fields: tuple[str, ...] = ()


@page("notices/", name=LIST, may="")
class NoticeList(ListPage):
    """Everything that the reader was told."""

    title = noun = gettext_lazy("Notices")
    table, filters = NoticeTable, NoticeFilters
    export_may = ""
    empty = gettext_lazy("Nothing is new for you.")
    views = (
        ListView("unread", gettext_lazy("Unread"), Q(read_at=None)),
        ListView("all", gettext_lazy("All")),
    )

    bulk = (Bulk("", gettext_lazy("Mark as read"), actions.read, icon="check", slug="read"),)

    def prepare(self) -> None:
        """No permission is needed for one's own things."""

    def open_bulk(self) -> list[Bulk]:
        return list(self.bulk)

    def visible(self) -> QuerySet[Any]:
        return Notice.objects.shown_to(self.user).select_related("on_behalf_of")

    def doors(self) -> Sequence[Door]:
        choose = Door(_("How I am told"), reverse("console:notice_preferences"), icon="settings")
        if not INBOX.pulse(self.user).unread:
            return [choose]
        return [choose, Door(_("Mark all as read"), reverse("ui:notices_read"), icon="check", post=True, primary=True)]
