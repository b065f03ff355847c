"""The page where everybody starts: what waits for him, by when to act; and the way home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.kernel.errors import Invalid
from pmo.notices import actions
from pmo.notices.models import Notice
from pmo.ui import formats
from pmo.ui.inbox import INBOX, WorkItem, grouped
from pmo.ui.registry import page
from pmo.ui.shell import home_of
from pmo.ui.views import OwnPage

MOST_NEWS, MOST_SHOWN = 20, 50
WORK = "ui:my_work"


@page("", name="ui:home", may="")
class Home(OwnPage):
    """Leads everybody to where his day starts."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return HttpResponseRedirect(reverse(home_of(self.user)))


@page("my-work/", name=WORK, may="")
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
        cut = None if "all" in self.request.GET else MOST_SHOWN
        news = list(Notice.objects.shown_to(self.user).unread()[:MOST_NEWS])
        return self.answer(
            groups=[group for group in groups if group.slug != "aside"],
            aside=next((group for group in groups if group.slug == "aside"), None),
            chips=self.chips(items, kind),
            kind=kind,
            cut=cut,
            cut_slice=f":{cut or ''}",
            news=news,
            done=INBOX.done_today(self.user),
            today=timezone.localdate(),
            **self.chosen(ordered),
        )

    def chips(self, items: Sequence[WorkItem], kind: str) -> list[tuple[str, Any, int, bool]]:
        """All, and each kind with its number; what is put aside is not counted."""
        waiting = [item for item in items if item.until is None]
        counts = [
            (source.kind, source.label, sum(item.kind == source.kind for item in waiting)) for source in INBOX.sources
        ]
        chips = [(slug, label, number, slug == kind) for slug, label, number in counts if number]
        return [("", _("All"), len(waiting), not kind), *chips]

    def chosen(self, items: Sequence[WorkItem]) -> dict[str, Any]:
        """The item that is looked at: the one asked for, or the first."""
        key = self.request.GET.get("item", "")
        item = next((each for each in items if each.key == key), items[0] if items else None)
        detail = item.detail() if item is not None and item.detail is not None else {}
        today = timezone.localdate()
        snoozes = [(_("Until tomorrow"), today + timedelta(days=1)), (_("Until Monday"), next_monday(today))]
        return {"item": item, "detail": detail, "snoozes": snoozes, "tomorrow": snoozes[0][1]}


def next_monday(today: date) -> date:
    """The Monday after today."""
    return today + timedelta(days=7 - today.weekday())


class SnoozeForm(forms.Form):
    """Until when an item is put aside."""

    key = forms.CharField(max_length=80)
    until = forms.DateField()
    kind = forms.CharField(max_length=40, required=False)


@page("my-work/snooze/", name="ui:snooze", may="")
class PutAside(OwnPage):
    """Puts one of the reader's items aside until a day, or brings it back."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "wake" in request.POST:
            actions.wake(request.POST["wake"], actor=self.user)
            messages.success(request, _("It is back among your work."))
        else:
            self._snooze(SnoozeForm(request.POST))
        kind = request.POST.get("kind", "")[:40]
        address = reverse(WORK)
        return HttpResponseRedirect(f"{address}?{urlencode({'kind': kind})}" if kind else address)

    def _snooze(self, form: SnoozeForm) -> None:
        if not form.is_valid():
            messages.error(self.request, _("Choose a day until which this is put aside."))
            return
        until = form.cleaned_data["until"]
        try:
            actions.snooze(form.cleaned_data["key"], until, actor=self.user)
        except Invalid as error:
            messages.error(self.request, error.message)
        else:
            messages.success(self.request, _("Put aside until %(day)s.") % {"day": formats.day(until)})
