"""The palette's list, and the page of results that stands in for it and shows all of one kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.kernel.errors import Invalid
from pmo.search import panels, queries
from pmo.search.rules import Asked
from pmo.ui.filters import refuse_unknown
from pmo.ui.offers import SEARCH
from pmo.ui.registry import page
from pmo.ui.views import OwnPage

PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class Kind:
    """A tab of the results."""

    label: str | Promise
    url: str
    count: str
    current: bool


@page("search/palette/", name="search:palette", may="")
class Palette(OwnPage):
    """What is suggested while one types in the palette; without scripts the page of results answers."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        typed = request.GET.get("q", "")
        asked = panels.asked_of(typed)
        if not getattr(request, "htmx", False):
            return HttpResponseRedirect(panels.address(typed[:200]))
        groups = panels.suggested(self.user, asked)
        return self.answer(
            "search/hits.html", groups=groups, asked=asked, everything=panels.address(asked.words, asked.kind)
        )


@page("search/", name="search:results", may="")
class Results(OwnPage):
    """All that was found: the best of each kind, or every hit of one kind in pages."""

    title = gettext_lazy("Search")
    template_name = "search/results.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            refuse_unknown(request.GET, ("q", "kind", "page"))
            return self.answer(**self.found())
        except Invalid as error:
            return self.answer(status=400, problems=error.errors, asked=Asked(""))

    def found(self) -> dict[str, Any]:
        asked = panels.asked_of(self.request.GET.get("q", ""))
        kind = self.request.GET.get("kind", "") or asked.kind
        sources = panels.sources_for(self.user)
        if kind and kind not in {source.kind for source in sources}:
            raise Invalid({"kind": [_("There is no kind “%(name)s” to search for.") % {"name": kind[:60]}]})
        asked = Asked(asked.words, kind, asked.commands)
        counts = queries.counts(self.user, asked.words, sources)
        shown = {"asked": asked, "typed": asked.words, "kinds": self.kinds(asked, counts)}
        return shown | (self.one_kind(asked, counts[kind]) if kind else {"groups": panels.suggested(self.user, asked)})

    def kinds(self, asked: Asked, counts: Counter[str]) -> Sequence[Kind]:
        """The kinds in which something was found, with how much of it the reader may see."""
        found = [
            Kind(
                source.label,
                panels.address(asked.words, source.kind),
                _number(counts[source.kind]),
                asked.kind == source.kind,
            )
            for source in panels.sources_for(self.user)
            if counts.get(source.kind) or asked.kind == source.kind
        ]
        return [Kind(_("All"), panels.address(asked.words), "", not asked.kind), *found] if found else []

    def one_kind(self, asked: Asked, count: int) -> dict[str, Any]:
        source = SEARCH.find(asked.kind)
        assert source is not None
        pages = Paginator(range(count), PAGE_SIZE)
        shown = pages.get_page(self.request.GET.get("page"))
        offset = PAGE_SIZE * (shown.number - 1)
        found = queries.of_kind(self.user, asked.words, source, PAGE_SIZE, offset) if asked.words else None
        lines = panels.lines(found, asked) if found else []
        groups = [panels.Group(source.label, lines, source.kind)] if lines else []
        return {"groups": groups, "shown": shown}


def _number(count: int) -> str:
    return _("%(count)d+") % {"count": count} if count >= queries.MOST_COUNTED else str(count)
