"""Numbered pages and cursor pages; a page or size that does not exist is the caller's error, not an empty list."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import EmptyPage, Paginator
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request

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


class Cursor(CursorPagination):
    """Pages of lists that only grow: stable while rows are added, without a count."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE
    ordering = ("-at", "-id")
    parameters = frozenset({"cursor", "page_size"})

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        whole_number(request, "page_size", self.page_size, LARGEST_PAGE)
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, ValidationError, ValueError, OverflowError) as error:
            raise Malformed({"cursor": [_("This is no cursor of this list; begin without one.")]}) from error
