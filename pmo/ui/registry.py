"""Every declared page, so that menus, routes and contract tests know them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.urls import URLPattern, path
from django.views.generic import View

P = TypeVar("P", bound="type[View]")


@dataclass(frozen=True)
class Declared:
    """A page, the address below its app's root, and its full name (`portfolio:project_list`)."""

    view: type[View]
    route: str
    name: str
    may: str

    @property
    def module(self) -> str:
        return self.view.__module__


_pages: dict[str, Declared] = {}


def page(route: str, *, name: str, may: str) -> Callable[[P], P]:
    """Declare a page: its address, its full name, and the permission without which it is not seen."""

    def declare(view: P) -> P:
        known = _pages.get(name)
        if known is not None and known.view.__qualname__ != view.__qualname__:
            raise ValueError(f"Two pages are called {name}.")
        view.may, view.name = may, name  # type: ignore[attr-defined]
        _pages[name] = Declared(view, route, name, may)
        return view

    return declare


def pages() -> list[Declared]:
    """All declared pages, by name."""
    return [_pages[name] for name in sorted(_pages)]


def routes(package: str) -> list[URLPattern]:
    """The URL patterns of the pages declared in `package`; its urls.py imports the views first."""
    return [
        path(each.route, each.view.as_view(), name=each.name.rpartition(":")[2])
        for each in _pages.values()
        if each.module.startswith(f"{package}.")
    ]
