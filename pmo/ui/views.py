"""Pages that everybody has; suggestions of selectors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from pmo.access.policy import can, insist
from pmo.kernel.errors import NotVisible
from pmo.ui.offers import PICK
from pmo.ui.pages.page import Page
from pmo.ui.registry import page
from pmo.ui.widgets import code_in

PER_PICKER = 10
LONGEST_QUERY = 200


class OwnPage(Page):
    """A page that everybody who is signed in has."""

    def prepare(self) -> None:
        """No permission is needed for one's own things."""


@page("pick/<slug:source>/", name="ui:pick", may="")
class Pick(OwnPage):
    """Suggestions of a selector, as options; the selector sends its value under its own name."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        source = PICK.find(self.kwargs["source"])
        if source is None:
            raise NotVisible
        insist(can(self.user, source.may))
        words = str(next(iter(request.GET.values()), "")).replace("\x00", "").strip()[:LONGEST_QUERY]
        options = source.find(self.user, code_in(words), PER_PICKER)
        return self.answer("ui/options.html", options=options)
