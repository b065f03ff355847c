"""Opens saved views of a list: what a reader may see under a name, as far as it still exists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import QueryDict
from django.utils.translation import gettext as _

from pmo.kernel.errors import Invalid
from pmo.ui.models import SavedView
from pmo.ui.pages.listing import Listing

PASSING = frozenset({"export", "bom", "move", "way", "saved", "page", "older", "newer", "as_of"})
"""What an address may carry and a view never keeps."""
PLAIN = "none"
"""`?saved=none` is the list without the view that it opens with."""


@dataclass
class Cleaned:
    """The query of a view without what the list no longer knows, and what that was."""

    query: QueryDict
    dropped: list[str] = field(default_factory=list)


def views_of(page: Listing) -> Sequence[SavedView]:
    """The views of this list that the reader has; one query."""
    if not page.name:
        return []
    seen = SavedView.objects.visible_to(page.user).filter(page=page.name)
    return list(seen.with_defaults(page.user).select_related("owner"))


def default_of(views: Sequence[Any]) -> SavedView | None:
    """The reader's own choice, else what one of his roles opens with."""
    mine = next((view for view in views if view.is_mine), None)
    if mine is not None or any(view.is_decided for view in views):
        return mine
    return next((view for view in views if view.is_of_role), None)


def address_to_open(page: Listing) -> str | None:
    """Where a bare address, or one that only names a view, leads; None when it is shown as it is."""
    asked = page.request.GET
    if set(asked) <= set(page.kept):
        view = default_of(page.saved_views)
        return None if view is None else _address(page, view)
    if set(asked) - set(page.kept) == {"saved"} and asked["saved"] != PLAIN:
        if page.saved_view is None:
            raise Invalid({"saved": [_("There is no such view, or it is not shown to you any more.")]})
        return _address(page, page.saved_view)
    return None


def _address(page: Listing, view: SavedView) -> str | None:
    cleaned = clean(page, view.query)
    if cleaned.dropped:
        parts = ", ".join(f"“{part}”" for part in cleaned.dropped)
        text = _("“%(view)s” names what this list does not have, or not for you; it was left out: %(parts)s.")
        messages.warning(page.request, text % {"view": view.name, "parts": parts})
    for name, value in page.kept_values():
        cleaned.query[name] = value
    if not cleaned.query and page.saved_view == view:
        return None
    cleaned.query["saved"] = str(view.pk)
    return f"{page.request.path}?{cleaned.query.urlencode(safe=',')}"


def clean(page: Listing, raw: str) -> Cleaned:
    """The query as far as the list knows it and the reader may use it."""
    found = Cleaned(QueryDict(mutable=True))
    known = page.parameters() - PASSING
    for name, values in QueryDict(raw).lists():
        if name in known:
            found.query.setlist(name, values)
        elif name not in PASSING:
            found.dropped.append(name[:60])
    _keep_names(page, found)
    _keep_filters(page, found)
    return found


def _keep_names(page: Listing, found: Cleaned) -> None:
    """Columns, order, groups and tab that still exist."""
    columns = page.shown_columns
    tests: dict[str, Callable[[str], bool]] = {
        "columns": lambda name: name in columns,
        "sort": lambda name: name.removeprefix("-") in columns and bool(columns[name.removeprefix("-")].sort),
        "group": lambda name: name in columns and bool(columns[name].group),
        "view": lambda name: any(view.slug == name for view in page.views),
    }
    for parameter, exists in tests.items():
        names = [name for text in found.query.getlist(parameter) for name in text.split(",") if name]
        kept = [name for name in names if exists(name)]
        found.dropped += [name[:60] for name in names if not exists(name)]
        found.query.pop(parameter, None)
        if kept:
            found.query[parameter] = ",".join(kept)


def _keep_filters(page: Listing, found: Cleaned) -> None:
    """Filters whose value can be read by this reader; a hidden project is as good as none."""
    filters = page.filters(found.query, queryset=page.visible(), request=page.request, more=page.more_filters())
    if filters.is_valid():
        return
    for name in filters.errors:
        found.dropped.append(str(filters.filters[name].label or name))
        for parameter in [each for each in found.query if each == name or each.startswith(f"{name}_")]:
            del found.query[parameter]


def kept_query(page: Listing) -> str:
    """What a view of the present address keeps."""
    query = QueryDict(page.address(), mutable=True)
    for name in PASSING:
        query.pop(name, None)
    return query.urlencode(safe=",")
