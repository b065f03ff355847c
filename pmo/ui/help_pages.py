"""Help: one page for each guide, shown in a dialog where scripts run, a list of them all, and the glossary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import reach
from pmo.kernel.errors import NotVisible
from pmo.ui.explain_pages import in_dialog
from pmo.ui.glossary import TERMS
from pmo.ui.guidance import GUIDES, Guide
from pmo.ui.pages.page import Crumb
from pmo.ui.registry import page
from pmo.ui.setup import SEES
from pmo.ui.views import OwnPage


@page("help/", name="ui:help_list", may="")
class HelpList(OwnPage):
    """Every guide, the glossary and the figures."""

    title = gettext_lazy("Help")
    template_name = "ui/help_list.html"

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(guides=GUIDES.all(), sets_up=bool(reach(self.user, SEES)), **more)


@page("help/<str:guide>/", name="ui:help", may="")
class Help(OwnPage):
    """The help for one page."""

    template_name = "ui/help.html"
    guide: Guide

    def prepare(self) -> None:
        found = GUIDES.find(self.kwargs["guide"])
        if found is None:
            raise NotVisible(_("There is no help of this name."))
        self.guide = found

    def get_title(self) -> str | Promise:
        return self.guide.title

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Help"), reverse("ui:help_list"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        template = "ui/help.html#told" if in_dialog(request) else ""
        response = self.answer(template, guide=self.guide, terms=TERMS.some(self.guide.terms))
        patch_vary_headers(response, ("HX-Request",))
        return response


@page("glossary/", name="ui:glossary", may="")
class Glossary(OwnPage):
    """The words of the trade as this house means them."""

    title = gettext_lazy("Glossary")
    template_name = "ui/glossary.html"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Help"), reverse("ui:help_list"))]

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(terms=TERMS.all(), **more)
