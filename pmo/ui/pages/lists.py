"""The list: filtered, sorted, paged, its columns chosen, exported as filtered, and acted upon in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import can
from pmo.kernel.errors import Invalid
from pmo.ui.exports import csv_response
from pmo.ui.filters import FilterSet, refuse_unknown
from pmo.ui.pages.bulk import Bulk, BulkRun
from pmo.ui.pages.page import Door, Page, Words
from pmo.ui.tables import Table

__all__ = ["Bulk", "ListPage", "ListView"]

CONTRACT = {"q", "sort", "page", "columns", "view", "export", "bom"}
EXPORT_CHUNK = 500


@dataclass(frozen=True)
class ListView:
    """A named cut of a list, shown as a tab with its count; the first one of a page is what it opens with.

    `condition` is a filter or a function of the page (for "mine" and "today").
    """

    slug: str
    label: Words
    condition: Q | Callable[[Any], Q] = Q()

    def filter(self, page: Page) -> Q:
        return self.condition if isinstance(self.condition, Q) else self.condition(page)


class ListPage(Page):
    """Declare `queryset`, `table`, `filters`; optionally `views`, `bulk`, and what to say when it is `empty`."""

    queryset: ClassVar[QuerySet[Any] | None] = None
    table: ClassVar[type[Table]]
    filters: ClassVar[type[FilterSet]] = FilterSet
    views: ClassVar[Sequence[ListView]] = ()
    bulk: ClassVar[Sequence[Bulk]] = ()
    export_may: ClassVar[str] = "export.run"
    page_size: ClassVar[int] = 50
    kept: ClassVar[tuple[str, ...]] = ()
    """Parameters of the address that are the page's own, such as a business date; filtering keeps them."""
    template_name = "ui/list.html"
    noun: Words = ""
    lead: Words = ""
    empty: Words = gettext_lazy("Nothing is here yet.")
    empty_door: ClassVar[Callable[[Any], Door | None] | None] = None

    # --- rows ---------------------------------------------------------------------------------------------------
    def visible(self) -> QuerySet[Any]:
        """All rows that the reader may see, before any filter; override for rows of one parent."""
        assert self.queryset is not None
        rows: QuerySet[Any] = self.queryset.all()
        return rows.visible_to(self.user) if hasattr(rows, "visible_to") else rows  # type: ignore[no-any-return]

    @cached_property
    def current_view(self) -> ListView | None:
        """The chosen tab, or the first one."""
        if not self.views:
            return None
        slug = self.request.GET.get("view") or self.views[0].slug
        found = next((view for view in self.views if view.slug == slug), None)
        if found is None:
            raise Invalid({"view": [_("There is no view “%(name)s”.") % {"name": slug[:60]}]})
        return found

    @cached_property
    def filter_set(self) -> FilterSet:
        rows = self.visible()
        if self.current_view is not None:
            rows = rows.filter(self.current_view.filter(self))
        return self.filters(self.request.GET, queryset=rows, request=self.request)

    def rows(self) -> QuerySet[Any]:
        """The filtered rows in order; Invalid when the address asks for what does not exist."""
        refuse_unknown(self.request.GET, CONTRACT | set(self.kept) | self.filters.parameters())
        return self.filter_set.checked().order_by(*self.table.ordering(self.sort))

    def kept_values(self) -> list[tuple[str, str]]:
        return [(name, self.request.GET[name]) for name in self.kept if self.request.GET.get(name)]

    @property
    def sort(self) -> str:
        return self.request.GET.get("sort", "")

    def view_counts(self) -> list[tuple[ListView, int]]:
        """Each tab with the number of its rows: one query."""
        if not self.views:
            return []
        asked = {
            f"count_{place}": Count("pk", filter=view.filter(self), distinct=True)
            for place, view in enumerate(self.views)
        }
        found = self.visible().order_by().aggregate(**asked)
        return [(view, found[f"count_{place}"]) for place, view in enumerate(self.views)]

    # --- answers ------------------------------------------------------------------------------------------------
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            table, rows = self.table.choosing(request.GET.getlist("columns")), self.rows()
            if "export" in request.GET:
                return self.export(table, rows)
            return self.listing(table, rows)
        except Invalid as error:
            return self.refuse(error)

    def listing(self, table: Table, rows: QuerySet[Any]) -> HttpResponse:
        """The page, or only its results when htmx asks."""
        fragment = self._asked_by_htmx("results")
        context = self.results(table, rows)
        if not fragment:
            context |= {"view_counts": self.view_counts(), "filter_set": self.filter_set}
            context["choices"] = self._column_choices(table)
        response = self.answer("ui/list.html#results" if fragment else "", **context)
        if fragment:
            response["HX-Push-Url"] = f"{self.request.path}?{self.address()}".rstrip("?")
        patch_vary_headers(response, ("HX-Request",))
        return response

    def results(self, table: Table, rows: QuerySet[Any]) -> dict[str, Any]:
        paginator = Paginator(rows, self.page_size)
        paginator.count, totals = table.counted_totals(rows)  # type: ignore[misc]
        shown = paginator.get_page(self._page_number())
        picks = self.open_bulk()
        return {
            "fragment": self._asked_by_htmx("results"),
            "table": table,
            "headings": table.headings(self.sort),
            "body": table.body(shown.object_list, pick=bool(picks)),
            "foot": table.foot(totals, paginator.count, pick=bool(picks)),
            "shown": shown,
            "count": paginator.count,
            "filtered": bool(self.filter_set.active),
            "bulk": picks,
            "address": self.address(),
            "empty_state": self.empty_door() if self.empty_door is not None and not paginator.count else None,
            "current_view": self.current_view,
            "export_verdict": can(self.user, self.export_may) if self.export_may else None,
        }

    def _page_number(self) -> int:
        raw = self.request.GET.get("page", "") or "1"
        if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
            raise Invalid({"page": [_("“%(page)s” is not a page number.") % {"page": raw[:20]}]})
        return int(raw)

    def _asked_by_htmx(self, target: str) -> bool:
        htmx: Any = getattr(self.request, "htmx", None)
        return bool(htmx and htmx.target == target)

    def _column_choices(self, table: Table) -> list[dict[str, Any]]:
        return [
            {"name": name, "label": column.label, "shown": name in table.names}
            for name, column in self.table.columns.items()
        ]

    def refuse(self, error: Invalid) -> HttpResponse:
        """The page without rows, saying which part of the address is wrong."""
        filter_set = self.filters(QueryDict(), queryset=self.visible(), request=self.request)
        return self.answer("ui/list_refused.html", status=400, problems=error.errors, filter_set=filter_set)

    def address(self) -> str:
        """The query string of what is shown now, without empty parts and without defaults."""
        kept = QueryDict(mutable=True)
        for name, values in self.request.GET.lists():
            full = [value for value in values if value]
            if full and name not in ("export", "bom") and not (name == "page" and full == ["1"]):
                kept.setlist(name, full)
        if self.views and kept.get("view") == self.views[0].slug:
            del kept["view"]
        if "columns" in kept and self.table.choosing(kept.getlist("columns")).is_default:
            del kept["columns"]
        return kept.urlencode()

    # --- export -------------------------------------------------------------------------------------------------
    def export(self, table: Table, rows: QuerySet[Any]) -> HttpResponseBase:
        """The rows of the current filter, all pages, as a file."""
        kind = self.request.GET["export"]
        if kind != "csv":
            raise Invalid({"export": [_("A list can be exported as csv, not as “%(kind)s”.") % {"kind": kind[:20]}]})
        if self.export_may and not can(self.user, self.export_may):
            return self.refuse_export()
        bom = self.request.GET.get("bom") == "1"
        drawn = table.export_rows(self.export_source(rows))
        return csv_response(str(self.get_title()), table.export_head(), drawn, bom=bom, day=timezone.localdate())

    def export_source(self, rows: QuerySet[Any]) -> Iterable[Any]:
        return rows.iterator(chunk_size=EXPORT_CHUNK)

    def refuse_export(self) -> HttpResponse:
        verdict = can(self.user, self.export_may)
        return self.answer("403.html", status=403, verdict=verdict)

    # --- bulk ---------------------------------------------------------------------------------------------------
    def open_bulk(self) -> list[Bulk]:
        """The bulk actions that the reader may use somewhere; each row is asked again when it runs."""
        return [each for each in self.bulk if can(self.user, each.code)]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run a bulk action on the chosen rows, asking for its input first when it has any."""
        if not self.bulk:
            return self.http_method_not_allowed(request)
        chosen = next((each for each in self.open_bulk() if each.name == request.POST.get("bulk")), None)
        if chosen is None:
            text = _("There is no such action on this list, or your roles do not include it.")
            return self.refuse(Invalid({"bulk": [text]}))
        return BulkRun(self, chosen).answer()

    def bulk_rows(self, keys: Sequence[str]) -> Mapping[str, Any]:
        """The chosen rows that the reader can see, by key; others are treated as not existing."""
        numbers = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
        return {str(row.pk): row for row in self.visible().filter(pk__in=numbers)}
