"""Codes are parts of addresses, so some words cannot be codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.urls import URLResolver, get_resolver

_WORD = re.compile(r"[A-Za-z0-9._-]+")


def is_reserved(code: str, *places: str) -> bool:
    """Whether an address below one of the places ("projects") means something else; codes of dots mean folders."""
    return bool(code) and not code.strip(".") or any(code.lower() in words_below(place) for place in places)


@lru_cache(maxsize=8)
def words_below(place: str) -> frozenset[str]:
    """The words that follow `/<place>/` in the addresses of pages and of the REST door."""
    found = set()
    for route in _routes(get_resolver().url_patterns):
        head, slash, rest = route.removeprefix("api/v1/").partition("/")
        word = rest.partition("/")[0]
        if head == place and slash and _WORD.fullmatch(word):
            found.add(word.lower())
    return frozenset(found)


def _routes(patterns: Any, before: str = "") -> Iterator[str]:
    for each in patterns:
        route = before + str(each.pattern).lstrip("^").rstrip("$\\Z").replace("\\", "")
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, route)
        else:
            yield route
