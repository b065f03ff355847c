"""Numbered pages and cursor pages; a page or size that does not exist is the caller's error, not an empty list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.core import signing
from django.core.paginator import EmptyPage, Paginator
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.utils.urls import remove_query_param, replace_query_param

from pmo.rest.problems import Malformed, safe

LARGEST_PAGE = 500
_DIGITS = 9


def whole_number(request: Request, name: str, default: int, most: int | None = None) -> int:
    """A positive whole number of the address, within its limit."""
    raw = request.query_params.get(name, str(default))
    if not (raw.isascii() and raw.isdigit() and len(raw) <= _DIGITS and int(raw) >= 1):
        raise Malformed({name: [_("“%(value)s” is not a number from 1 upwards.") % {"value": safe(raw)[:40]}]})
    if most is not None and int(raw) > most:
        raise Malformed({name: [_("%(most)d is the most.") % {"most": most}]})
    return int(raw)


def links(**places: str | None) -> dict[str, str]:
    """The Link header (RFC 8288) of a page: where its neighbours are."""
    found = [f'<{url}>; rel="{relation}"' for relation, url in places.items() if url]
    return {"Link": ", ".join(found)} if found else {}


class Pages(PageNumberPagination):
    """?page= and ?page_size= up to 500; `count` says what the caller may see."""

    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE
    parameters = frozenset({"page", "page_size"})

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        size = whole_number(request, "page_size", self.page_size or 50, LARGEST_PAGE)
        number = whole_number(request, "page", 1)
        try:
            self.page = Paginator(queryset, size).page(number)
        except EmptyPage as error:
            raise Malformed({"page": [_("There is no page %(page)d.") % {"page": number}]}) from error
        return list(self.page)

    def get_paginated_response(self, data: Any) -> Response:
        assert self.request is not None
        assert self.page is not None
        answer = super().get_paginated_response(data)
        here = self.request.build_absolute_uri()
        last = replace_query_param(here, "page", self.page.paginator.num_pages)
        ends = {"first": remove_query_param(here, "page"), "last": last}
        for name, value in links(next=answer.data["next"], prev=answer.data["previous"], **ends).items():
            answer[name] = value
        return answer


@dataclass(frozen=True)
class Place:
    """Between which rows a page begins, and whether it reads towards the end of the list or back."""

    at: datetime
    pk: int
    back: bool = False

    def packed(self, salt: str) -> str:
        return signing.dumps([self.at.isoformat(), self.pk, self.back], salt=salt)

    @classmethod
    def unpacked(cls, raw: str, salt: str) -> Place:
        """Raises Malformed for whatever this list did not hand out."""
        try:
            at, pk, back = signing.loads(raw, salt=salt)
        except (signing.BadSignature, ValueError, UnicodeError) as error:
            raise Malformed({"cursor": [_("This is no cursor of this list; begin without one.")]}) from error
        return cls(datetime.fromisoformat(at), pk, back)


class Cursor(BasePagination):
    """Pages of a list in the order of time: no row is told twice or left out while others are added, no count.

    The time is named by `order` or by the view's `default_sort` (`-at`); `?sort=` may turn it round.
    """

    order: ClassVar[str] = ""
    parameters: ClassVar[frozenset[str]] = frozenset({"cursor", "page_size"})
    counted: ClassVar[bool] = False

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.salt = request, f"rest.cursor:{request.path}"
        size = whole_number(request, "page_size", api_settings.PAGE_SIZE or 50, LARGEST_PAGE)
        self.count = queryset.count() if self.counted else None
        self.by, self.falling = _time_order(request.query_params.get("sort", ""), self.order or view.default_sort)
        raw = request.query_params.get("cursor")
        place = Place.unpacked(raw, self.salt) if raw is not None else None
        return self._page(queryset, place, size)

    def _page(self, rows: QuerySet[Any], place: Place | None, size: int) -> list[Any]:
        back = place is not None and place.back
        falling = self.falling != back
        if place is not None:
            rows = rows.filter(_beyond(self.by, falling, place))
        order = [F(name).desc() if falling else F(name).asc() for name in (self.by, "pk")]
        found = list(rows.order_by(*order)[: size + 1])
        more, found = len(found) > size, found[:size]
        if back:
            found.reverse()
        self.next = self._from(found[-1:], back=False) if more or back else None
        self.previous = self._from(found[:1], back=True) if (more if back else place) else None
        return found

    def _from(self, edge: list[Any], *, back: bool) -> str | None:
        if not edge:
            return None
        cursor = Place(getattr(edge[0], self.by), edge[0].pk, back).packed(self.salt)
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response(self, data: Any) -> Response:
        count = {} if self.count is None else {"count": self.count}
        first = remove_query_param(self.request.build_absolute_uri(), "cursor")
        headers = links(next=self.next, prev=self.previous, first=first)
        return Response({**count, "next": self.next, "previous": self.previous, "results": data}, headers=headers)

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        count = {"count": {"type": "integer", "examples": [123]}} if self.counted else {}
        names = [*count, "next", "previous", "results"]
        return {
            "type": "object",
            "required": names,
            "properties": {**count, "next": link, "previous": link, "results": schema},
        }


class CountedCursor(Cursor):
    """Cursor pages of a list that is short enough to be counted."""

    counted = True


def _time_order(asked: str, default: str) -> tuple[str, bool]:
    """The field of time and whether it falls; what may be asked for was checked before."""
    chosen = next((part for part in asked.split(",") if part), default)
    return chosen.removeprefix("-"), chosen.startswith("-")


def _beyond(by: str, falling: bool, place: Place) -> Q:
    """What comes after a place in this direction; the first condition lets the index of the time find it."""
    way = "lt" if falling else "gt"
    later = Q(**{f"{by}__{way}": place.at}) | Q(**{f"pk__{way}": place.pk})
    return Q(**{f"{by}__{way}e": place.at}) & later
