"""The doors of drawings: printed as soon as a worker has made them, and as Vega for a browser that draws again."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseStopPolling

from pmo.kernel.errors import Invalid, NotVisible
from pmo.ui import charts
from pmo.ui.registry import page
from pmo.ui.views import OwnPage

SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,60}")
A_DAY: Final = 24 * 3600


@page("charts/<str:key>/", name="ui:chart", may="")
class ChartDrawing(OwnPage):
    """A drawing, once it is there. Its key is the digest of its data: who has it, has seen them."""

    title = gettext_lazy("Chart")
    template_name = "ui/chart.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        name = request.GET.get("name", "")
        if not SLUG.fullmatch(name):
            raise Invalid({"name": [_("Say which heading names the chart.")]})
        found = charts.kept(self.kwargs["key"])
        if found is None and charts.is_asked(self.kwargs["key"]):
            return HttpResponse(status=204)
        svg = charts.named(found.svg, name) if found else ""
        return HttpResponseStopPolling(self.answer("", key=self.kwargs["key"], svg=svg).content)


@page("charts/<str:key>/vega/", name="ui:chart_vega", may="")
class ChartVega(OwnPage):
    """The drawing as a Vega specification with its data."""

    title = gettext_lazy("Chart")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = charts.kept(self.kwargs["key"])
        if found is None:
            raise NotVisible(_("This drawing is not kept any more; load the page again."))
        return JsonResponse(found.vega, headers={"Cache-Control": f"private, max-age={A_DAY}"})
