"""The list: filtered, sorted, paged, its columns chosen, exported as filtered, and acted upon in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import can
from pmo.kernel.errors import Invalid
from pmo.ui.columns import Column
from pmo.ui.filters import FilterSet, parameters_of, refuse_unknown
from pmo.ui.grouping import Group, Grouping
from pmo.ui.models import SavedView
from pmo.ui.pages import opening
from pmo.ui.pages.bulk import Bulk, BulkRun
from pmo.ui.pages.bulk_edit import NAME as EDIT
from pmo.ui.pages.bulk_edit import BulkEdit, BulkEditRun
from pmo.ui.pages.exporting import AT_ONCE, ListFile
from pmo.ui.pages.page import Door, Page, Words
from pmo.ui.pages.past import PARAMETER
from pmo.ui.pages.stretches import NEWER, OLDER, stretch
from pmo.ui.tables import ColumnTotal, Table

__all__ = ["Bulk", "ListPage", "ListView"]

CONTRACT = {"q", "sort", "group", "page", "columns", "move", "way", "view", "saved", "export", "bom"}
ONCE = ("export", "bom", "move", "way")
"""Parameters that ask for one answer; the address of the page does not carry them."""
STEPS = {"left": -1, "right": 1}
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


@dataclass(frozen=True)
class Counted:
    """How much a list holds: its rows, the sums of its columns, and the rows of each tab."""

    rows: int
    totals: Mapping[str, ColumnTotal]
    views: Sequence[tuple[ListView, int]]


class ListPage(Page):
    """Declare `queryset`, `table`, `filters`; optionally `views`, `bulk`, and what to say when it is `empty`."""

    queryset: ClassVar[QuerySet[Any] | None] = None
    table: ClassVar[type[Table]]
    filters: ClassVar[type[FilterSet]] = FilterSet
    views: ClassVar[Sequence[ListView]] = ()
    bulk: ClassVar[Sequence[Bulk]] = ()
    editing: ClassVar[BulkEdit | None] = None
    """Which plain fields can be changed for many rows."""
    export_may: ClassVar[str] = "export.run"
    page_size: ClassVar[int] = 50
    by_time: ClassVar[str] = ""
    """The field of a list that only grows: its pages are then older and newer ones, which stay while rows are added."""
    rare_filters: ClassVar[Sequence[str]] = ()
    """Filters that stand together behind one button, because there are many or they are rarely asked."""
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
        return self.seen(self.queryset.all())

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

    def more_columns(self) -> Mapping[str, Column]:
        """Columns that only this request knows, such as custom fields."""
        return {}

    def more_filters(self) -> Mapping[str, Any]:
        """Filters that only this request knows."""
        return {}

    @cached_property
    def extra_columns(self) -> Mapping[str, Column]:
        return self.more_columns()

    @cached_property
    def filter_set(self) -> FilterSet:
        return self.filters(self.request.GET, queryset=self.visible(), request=self.request, more=self.more_filters())

    @cached_property
    def matching(self) -> QuerySet[Any]:
        """The rows of the filters, whatever the tab; Invalid when the address asks for what does not exist."""
        refuse_unknown(self.request.GET, self.parameters())
        return self.filter_set.checked()

    def parameters(self) -> set[str]:
        """Everything that may stand after the question mark."""
        ways = {OLDER, NEWER} if self.by_time else set()
        return CONTRACT | {PARAMETER} | ways | set(self.kept) | parameters_of(self.filter_set.filters)

    @property
    def cut(self) -> Q:
        """The condition of the chosen tab."""
        return self.current_view.filter(self) if self.current_view is not None else Q()

    def rows(self) -> QuerySet[Any]:
        """The filtered rows in order, groups together."""
        orders = self.table.ordering(self.sort, self.extra_columns)
        if self.grouping is not None:
            orders = [*self.grouping.ordering(self.sort), *orders]
        return self.matching.filter(self.cut).order_by(*orders)

    @property
    def shown_columns(self) -> Mapping[str, Column]:
        """Every column there is for this request, shown or not."""
        return {**self.table.columns, **self.extra_columns}

    @cached_property
    def saved_views(self) -> Sequence[SavedView]:
        return opening.views_of(self)

    @property
    def saved_view(self) -> SavedView | None:
        """The saved view that the address names."""
        asked = self.request.GET.get("saved", "")
        return next((view for view in self.saved_views if str(view.pk) == asked), None)

    @cached_property
    def shown_table(self) -> Table:
        """The table with the columns chosen in the address."""
        return self.table.choosing(self.request.GET.getlist("columns"), self.extra_columns)

    @cached_property
    def grouping(self) -> Grouping | None:
        return Grouping.asked(self.shown_table, self.request.GET.get("group", ""))

    def kept_values(self) -> list[tuple[str, str]]:
        return [(name, self.request.GET[name]) for name in (*self.kept, PARAMETER) if self.request.GET.get(name)]

    @property
    def sort(self) -> str:
        return self.request.GET.get("sort", "")

    def counted(self, table: Table) -> Counted:
        """The number of rows, their sums, and the number of rows of each tab under the same filters; one query.

        Rows are counted as they come, which an index alone can answer: no condition of a tab multiplies them.
        """
        if not self.views:
            count, totals = table.counted_totals(self.matching)
            return Counted(count, totals, [])
        asked = {f"in_view_{place}": Count(Value(1), filter=view.filter(self)) for place, view in enumerate(self.views)}
        found = self.matching.order_by().aggregate(**asked, **table.sums(self.cut))
        numbers = [(view, found[f"in_view_{place}"]) for place, view in enumerate(self.views)]
        count = next(number for view, number in numbers if view is self.current_view)
        return Counted(count, table.read_sums(found), numbers)

    # --- answers ------------------------------------------------------------------------------------------------
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            elsewhere = opening.address_to_open(self)
            if elsewhere is not None:
                return HttpResponseRedirect(elsewhere)
            if request.GET.get("move"):
                return HttpResponseRedirect(f"{request.path}?{self.address_after_move()}")
            table, rows = self.shown_table, self.rows()
            if "export" in request.GET:
                return self.export()
            return self.listing(table, rows)
        except Invalid as error:
            return self.refuse(error)

    def listing(self, table: Table, rows: QuerySet[Any]) -> HttpResponse:
        """The page, or only its results when htmx asks."""
        fragment = self._asked_by_htmx("results")
        context = self.results(table, rows)
        if not fragment:
            context |= {"saved_views": self.saved_views, "opens_with": opening.default_of(self.saved_views)}
            context |= {"filter_set": self.filter_set, "choices": self.column_choices(table)}
            context["groups"] = self.group_choices(table)
        response = self.answer("ui/list.html#results" if fragment else "", **context)
        if fragment:
            response["HX-Push-Url"] = f"{self.request.path}?{self.address()}".rstrip("?")
        patch_vary_headers(response, ("HX-Request",))
        return response

    def results(self, table: Table, rows: QuerySet[Any]) -> dict[str, Any]:
        counted = self.counted(table)
        shown = self.page_of(rows, counted.rows)
        picks, editing = self.open_bulk(), self.open_editing()
        pick = bool(picks) or editing is not None
        return {
            "fragment": self._asked_by_htmx("results"),
            "table": table,
            "headings": table.headings(self.sort),
            "bodies": self.bodies(table, shown.object_list, pick=pick),
            "foot": table.foot(counted.totals, counted.rows, pick=pick),
            "shown": shown,
            "count": counted.rows,
            "view_counts": counted.views,
            "filtered": bool(self.filter_set.active),
            "bulk": picks,
            "editing": editing,
            "pick": pick,
            "address": self.address(),
            "empty_state": None if counted.rows or self.instant or self.empty_door is None else self.empty_door(),
            "current_view": self.current_view,
            "saved_view": self.saved_view,
            "kept_query": opening.kept_query(self),
            "export_verdict": can(self.user, self.export_may) if self.export_may else None,
        }

    def page_of(self, rows: QuerySet[Any], count: int) -> Any:
        """The rows of the page that the address asks for."""
        if self.is_by_time:
            asked = {way: self.request.GET.get(way, "") for way in (OLDER, NEWER)}
            return stretch(rows, self.by_time, self.page_size, **asked)
        paginator = Paginator(rows, self.page_size)
        paginator.count = count  # type: ignore[misc]
        return paginator.get_page(self._page_number())

    @cached_property
    def further_filters(self) -> Sequence[str]:
        """Filters behind the button."""
        return self.rare_filters

    @property
    def further_active(self) -> int:
        """How many of the further filters are in use."""
        return len(set(self.further_filters) & set(self.filter_set.narrowing))

    @property
    def is_by_time(self) -> bool:
        """Whether the pages are older and newer ones; sorted or grouped otherwise, or asked by number, they are not."""
        usual = self.sort in ("", f"-{self.by_time}") and self.grouping is None
        return bool(self.by_time) and usual and "page" not in self.request.GET

    def bodies(self, table: Table, rows: Any, *, pick: bool) -> SafeString:
        """The body of the table, or one for each group."""
        if self.grouping is None:
            return mark_safe(f"<tbody>{table.body(rows, pick=pick)}</tbody>")
        return self.grouping.body(rows, self.group_figures(), pick=pick)

    def group_figures(self) -> dict[Any, Group]:
        """Every group of the list with its number and its sums."""
        assert self.grouping is not None
        return self.grouping.figures(self.matching.filter(self.cut))

    def _page_number(self) -> int:
        raw = self.request.GET.get("page", "") or "1"
        if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
            raise Invalid({"page": [_("“%(page)s” is not a page number.") % {"page": raw[:20]}]})
        return int(raw)

    def _asked_by_htmx(self, target: str) -> bool:
        htmx: Any = getattr(self.request, "htmx", None)
        return bool(htmx and htmx.target == target)

    def column_choices(self, table: Table) -> list[dict[str, Any]]:
        """Every column: those shown in their order, then the others."""
        names = [*table.names, *(name for name in table.known if name not in table.names)]
        return [{"name": name, "label": table.known[name].label, "shown": name in table.names} for name in names]

    def group_choices(self, table: Table) -> list[dict[str, Any]]:
        """The columns by which the list can be grouped."""
        asked = self.request.GET.get("group", "")
        found = (column for column in table.known.values() if column.group)
        return [{"name": each.name, "label": each.label, "chosen": each.name == asked} for each in found]

    def address_after_move(self) -> str:
        """The address with one column a place further to the left or right: `move=budget&way=left`."""
        name, way = self.request.GET["move"], self.request.GET.get("way", "")
        names = list(self.shown_table.names)
        if name not in names or way not in STEPS:
            raise Invalid({"move": [_("Choose a column that is shown, then move it to the left or to the right.")]})
        place = names.index(name)
        names.insert(max(0, place + STEPS[way]), names.pop(place))
        kept = QueryDict(self.address(), mutable=True)
        kept["columns"] = ",".join(names)
        return kept.urlencode(safe=",")

    def refuse(self, error: Invalid) -> HttpResponse:
        """The page without rows, saying which part of the address is wrong."""
        filter_set = self.filters(QueryDict(), queryset=self.visible(), request=self.request)
        named = {name: str(field.label) for name, field in filter_set.form.fields.items() if field.label}
        problems = {
            name: [_("%(field)s: %(problem)s") % {"field": named[name], "problem": text} for text in texts]
            if name in named
            else texts
            for name, texts in error.errors.items()
        }
        return self.answer("ui/list_refused.html", status=400, problems=problems, filter_set=filter_set)

    def address(self) -> str:
        """The query string of what is shown now, without empty parts and without defaults."""
        kept = QueryDict(mutable=True)
        for name, values in self.request.GET.lists():
            full = [value for value in values if value]
            if full and name not in ONCE and not (name == "page" and full == ["1"]):
                kept.setlist(name, full)
        if self.views and kept.get("view") == self.views[0].slug:
            del kept["view"]
        if "columns" in kept:
            names = self.shown_table.names
            kept["columns"] = ",".join(names)
            if self.shown_table.is_default:
                del kept["columns"]
        return kept.urlencode(safe=",")

    # --- export -------------------------------------------------------------------------------------------------
    def export(self) -> HttpResponseBase:
        """The rows of the current filter, all pages, as a file; too many for a request are offered to a worker."""
        if self.export_may and not can(self.user, self.export_may):
            return self.refuse_export()
        file = ListFile(self, self.request.GET["export"])
        if file.kind != "csv" and (count := file.count()) > AT_ONCE[file.kind]:
            file.check_length(count)
            return self.answer("ui/export_long.html", kind=file.kind, count=count, kept=opening.kept_query(self))
        return file.response()

    def export_source(self, rows: QuerySet[Any]) -> Iterable[Any]:
        return rows.iterator(chunk_size=EXPORT_CHUNK)

    def refuse_export(self) -> HttpResponse:
        verdict = can(self.user, self.export_may)
        return self.answer("403.html", status=403, verdict=verdict)

    # --- bulk ---------------------------------------------------------------------------------------------------
    def open_bulk(self) -> list[Bulk]:
        """The bulk actions that the reader may use somewhere; each row is asked again; none in the past."""
        return [] if self.instant else [each for each in self.bulk if can(self.user, each.code)]

    def open_editing(self) -> BulkEdit | None:
        """The edit of many rows, when the reader may edit some."""
        allowed = self.editing is not None and not self.instant and bool(can(self.user, self.editing.code))
        return self.editing if allowed else None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run a bulk action on the chosen rows, asking for its input first when it has any."""
        if not self.bulk and self.editing is None:
            return self.http_method_not_allowed(request)
        if request.POST.get("bulk") == EDIT and (editing := self.open_editing()) is not None:
            return BulkEditRun(self, editing).answer()
        chosen = next((each for each in self.open_bulk() if each.name == request.POST.get("bulk")), None)
        if chosen is None:
            text = _("There is no such action on this list, or your roles do not include it.")
            return self.refuse(Invalid({"bulk": [text]}))
        return BulkRun(self, chosen).answer()

    def bulk_rows(self, keys: Sequence[str]) -> Mapping[str, Any]:
        """The chosen rows that the reader can see, by key; others are treated as not existing."""
        numbers = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
        return {str(row.pk): row for row in self.visible().filter(pk__in=numbers)}
