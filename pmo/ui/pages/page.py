"""What every page has: a reader who is signed in and may see it, a title, a trail, and doors to what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.generic import View
from django_htmx.http import HttpResponseClientRedirect

from pmo.access.models import User
from pmo.access.policy import can, remembering, require
from pmo.kernel.errors import NotVisible
from pmo.kernel.verdict import YES, Verdict
from pmo.ui.pages.past import KnowsThePast

Words = str | Promise


@dataclass(frozen=True)
class Crumb:
    """A step of the trail."""

    label: Words
    url: str = ""


@dataclass(frozen=True)
class Door:
    """A way on from a page: a link or, with `post`, a button that acts; refused ones stay visible with their reason."""

    label: Words
    url: str
    verdict: Verdict = YES
    icon: str = ""
    primary: bool = False
    post: bool = False
    confirm: Words = ""


def door(label: Words, url_name: str, *args: Any, may: str = "", user: User, obj: Any = None, **options: Any) -> Door:
    """A door to a named page, open if `user` holds `may` there."""
    verdict = can(user, may, obj, view="project.view" if obj is not None else "") if may else YES
    return Door(label, reverse(url_name, args=args), verdict, **options)


class Page(KnowsThePast, View):
    """Base of all pages; subclasses say `title` and `template_name` and add to `context()`."""

    name: ClassVar[str] = ""
    may: ClassVar[str] = ""
    title: Words = ""
    template_name: ClassVar[str] = "ui/page.html"
    menu: ClassVar[str] = ""
    """The menu entry to highlight, when it is not this page's own."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self._to_sign_in(request)
        if any("\x00" in str(word) for word in kwargs.values()):
            raise NotVisible
        refusal = self.refusal_of_the_past()
        if refusal is not None:
            return refusal
        with remembering() if request.method in ("GET", "HEAD") else nullcontext():
            self.prepare()
            return super().dispatch(request, *args, **kwargs)

    @staticmethod
    def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
        answer = redirect_to_login(request.get_full_path())
        return HttpResponseClientRedirect(answer.url) if getattr(request, "htmx", False) else answer

    @property
    def user(self) -> User:  # type: ignore[override]
        user = self.request.user
        assert isinstance(user, User)
        return user

    def prepare(self) -> None:
        """Find what the address names and check that the reader may see it."""
        require(self.user, self.may)

    def get_title(self) -> Words:
        return self.title

    def crumbs(self) -> Sequence[Crumb]:
        return ()

    def doors(self) -> Sequence[Door]:
        """What the reader can do from here; at most one is primary."""
        return ()

    def context(self, **more: Any) -> dict[str, Any]:
        doors = [each for each in self.open_now(self.doors()) if not each.verdict.hidden]
        return {
            "page": self,
            "title": self.get_title(),
            "crumbs": self.crumbs(),
            "menu_entry": self.menu or self.name,
            "first_doors": [each for each in doors if each.primary or len(doors) <= 2],
            "more_doors": [each for each in doors if not each.primary and len(doors) > 2],
            **more,
        }

    def answer(self, template: str = "", *, status: int = 200, **more: Any) -> HttpResponse:
        return render(self.request, template or self.template_name, self.context(**more), status=status)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.answer()
