"""The page behind every figure: what it means, how it is computed and from what; htmx shows its middle in a dialog."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.ui.explaining import FIGURES, Explained, explained
from pmo.ui.glossary import TERMS
from pmo.ui.pages.page import Crumb
from pmo.ui.registry import page
from pmo.ui.views import OwnPage


def in_dialog(request: HttpRequest) -> bool:
    """Whether htmx asks for the middle alone."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx and htmx.target == "aside")


@page("explain/<slug:slug>/", name="ui:explain", may="")
class Explain(OwnPage):
    """One figure with its reasons, for a reader who may see what it is made of."""

    template_name = "ui/explain.html"
    told: Explained

    @property
    def keeps_history(self) -> bool:  # type: ignore[override]
        """Figures of one object are explained as of the instant that its page showed."""
        figure = FIGURES.find(self.kwargs["slug"])
        return figure is not None and figure.past

    def get_title(self) -> str | Promise:
        return self.told.figure.name

    def crumbs(self) -> list[Crumb]:
        return [Crumb(_("Figures"), reverse("ui:explain_list"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET.dict()
        self.told = explained(self.kwargs["slug"], self.user, self.organisation, asked)
        template = "ui/explain.html#told" if in_dialog(request) else ""
        response = self.answer(template, told=self.told, terms=TERMS.some(self.told.figure.terms))
        patch_vary_headers(response, ("HX-Request",))
        return response


@page("explain/", name="ui:explain_list", may="")
class ExplainList(OwnPage):
    """Every figure that the reader's pages may show, with its meaning."""

    title = gettext_lazy("Figures and how they are computed")
    template_name = "ui/explain_list.html"

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(figures=FIGURES.for_user(self.user), **more)
