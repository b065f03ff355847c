"""The page of one object: head, facts, tabs and panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from pmo.access.policy import can, require
from pmo.kernel.errors import NotVisible
from pmo.ui.offers import VISITS
from pmo.ui.pages.page import Page, Words


@dataclass(frozen=True)
class Fact:
    """A label and a value in the head of a detail page."""

    label: Words
    value: object


@dataclass(frozen=True)
class Tab:
    """A sibling page with its own address; `past` says that it keeps to the instant of the page it stands on."""

    label: Words
    url: str
    count: int | None = None
    current: bool = False
    past: bool = False


@dataclass(frozen=True)
class Panel:
    """A block of a detail page: a template and what it needs; absent when the reader lacks `may`.

    `data(request, obj)` returns the template's context, or None when there is nothing to show.
    `column` is main (words and dates), side (figures and people) or wide (above both).
    `past` says that it can tell what was known at `instant_of(obj)`; others are left out of a page of the past.
    """

    slug: str
    title: Words
    template: str
    data: Callable[[HttpRequest, Any], Mapping[str, Any] | None]
    may: str = ""
    column: str = "main"
    order: int = 50
    past: bool = False


class ObjectPage(Page):
    """A page about one object that its address names: by default the keyword `pk`, or `lookup` for a code."""

    queryset: ClassVar[QuerySet[Any] | None] = None
    lookup: ClassVar[str] = "pk"
    object: Any = None

    def prepare(self) -> None:
        self.object = self.find()
        require(self.user, self.may, self.object)

    def visible(self) -> QuerySet[Any]:
        assert self.queryset is not None
        return self.seen(self.queryset.all())

    def find(self) -> Any:
        """The object, or NotVisible: a stranger cannot tell hidden from absent."""
        found = self.visible().filter(**{self.lookup: self.kwargs[self.lookup]}).first()
        if found is None:
            raise NotVisible(self.unknown(_("This does not exist, or you may not see it.")))
        return found

    def get_title(self) -> Words:
        return self.title or str(self.object)

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(object=self.object, **more)


class DetailPage(ObjectPage):
    """Declare `queryset` and `panels`; override `facts()`, `tabs()`, `doors()`, `status()`."""

    template_name = "ui/detail.html"
    panels: ClassVar[Sequence[Panel]] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().get(request, *args, **kwargs)
        VISITS.tell(self.user, self.object)
        return answer

    def facts(self) -> Sequence[Fact]:
        return ()

    def tabs(self) -> Sequence[Tab]:
        return ()

    def status(self) -> str | None:
        """The status value shown beside the title; None for none, "" for not reported."""
        return None

    def get_panels(self) -> Sequence[Panel]:
        """The panels of this kind of page; override to add what other rooms offer."""
        return self.panels

    def drawn_panels(self) -> dict[str, list[dict[str, Any]]]:
        """The panels that the reader may see, with their data, by column."""
        columns: dict[str, list[dict[str, Any]]] = {"wide": [], "main": [], "side": []}
        for panel in sorted(self.known_panels(), key=lambda each: each.order):
            if panel.may and not can(self.user, panel.may, self.object):
                continue
            data = panel.data(self.request, self.object)
            if data is not None:
                columns[panel.column].append({"panel": panel, **data})
        return columns

    def known_panels(self) -> Sequence[Panel]:
        return [each for each in self.get_panels() if self.instant is None or each.past]

    def context(self, **more: Any) -> dict[str, Any]:
        shown = self.drawn_panels()
        told = {
            "facts": self.facts(),
            "tabs": self.keeping(self.tabs()),
            "status_value": self.status(),
            "code": self.code(),
        }
        return super().context(panels=shown, **told, **more)

    def code(self) -> str:
        """The object's code before its title."""
        return str(getattr(self.object, "code", "") or "")
