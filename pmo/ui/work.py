"""The page where everybody starts: what waits for him, by when to act; and the way home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.notices.models import Notice
from pmo.notices.actions import read_all
from pmo.ui.inbox import INBOX, WorkItem, grouped
from pmo.ui.registry import page
from pmo.ui.shell import home_of
from pmo.ui.views import OwnPage

MOST_NEWS = 20


@page("", name="ui:home", may="")
class Home(OwnPage):
    """Leads everybody to where his day starts."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return HttpResponseRedirect(reverse(home_of(self.user)))


@page("my-work/", name="ui:my_work", may="")
class MyWork(OwnPage):
    """What waits for the reader, with what is needed to decide beside it."""

    title = gettext_lazy("My work")
    template_name = "ui/work.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        items = INBOX.items(self.user, timezone.localdate())
        if self._asked_for_preview():
            response = self.answer("ui/work.html#preview", **self.chosen(items))
        else:
            response = self.whole(items)
        patch_vary_headers(response, ("HX-Request",))
        return response

    def _asked_for_preview(self) -> bool:
        htmx: Any = getattr(self.request, "htmx", None)
        return bool(htmx and htmx.target == "preview")

    def whole(self, items: Sequence[WorkItem]) -> HttpResponse:
        kind = self.request.GET.get("kind", "")
        shown = [item for item in items if not kind or item.kind == kind]
        groups = grouped(shown, timezone.localdate())
        ordered = [item for group in groups for item in group.items]
        news = list(Notice.objects.filter(user=self.user).unread()[:MOST_NEWS])
        return self.answer(
            groups=groups,
            chips=self.chips(items, kind),
            kind=kind,
            news=news,
            today=timezone.localdate(),
            **self.chosen(ordered),
        )

    def chips(self, items: Sequence[WorkItem], kind: str) -> list[tuple[str, Any, int, bool]]:
        """All, and each kind with its number."""
        counts = [
            (source.kind, source.label, sum(item.kind == source.kind for item in items)) for source in INBOX.sources
        ]
        chips = [(slug, label, number, slug == kind) for slug, label, number in counts if number]
        return [("", _("All"), len(items), not kind), *chips]

    def chosen(self, items: Sequence[WorkItem]) -> dict[str, Any]:
        """The item that is looked at: the one asked for, or the first."""
        key = self.request.GET.get("item", "")
        item = next((each for each in items if each.key == key), items[0] if items else None)
        detail = item.detail() if item is not None and item.detail is not None else {}
        return {"item": item, "detail": detail}


@page("my-work/read/", name="ui:news_read", may="")
class NewsRead(OwnPage):
    """Notes that the reader has read his news; nobody else's is touched."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        read_all(actor=self.user)
        messages.success(request, _("Marked as read."))
        return HttpResponseRedirect(reverse("ui:my_work"))
