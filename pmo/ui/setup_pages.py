"""The checklist of a new installation: what is done, what is open and where it is done; it can be put aside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.notices import actions
from pmo.ui.pages.page import Page
from pmo.ui.registry import page
from pmo.ui.setup import KEY, SEES, progress

ASIDE = timedelta(days=365)


@page("getting-started/", name="ui:getting_started", may=SEES)
class GettingStarted(Page):
    """Every step with its state; a post puts the reminder aside or brings it back."""

    title = gettext_lazy("Getting started")
    lead = gettext_lazy("What an installation needs before people work with it, computed from what is there.")
    template_name = "ui/setup.html"

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(progress=progress(self.user), **more)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "show" in request.POST:
            actions.wake(KEY, actor=self.user)
            messages.success(request, _("The checklist stands on your first page again."))
            return HttpResponseRedirect(reverse("ui:getting_started"))
        actions.snooze(KEY, timezone.localdate() + ASIDE, actor=self.user)
        messages.success(request, _("Hidden. You find the checklist again under Help."))
        return HttpResponseRedirect(reverse("ui:home"))
