"""Files and comments of any object on a page of their own, and the addresses to which their forms are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from pmo.access.policy import require
from pmo.attachments import panels, queries
from pmo.attachments.actions import comments, files
from pmo.attachments.forms import CommentForm, NewFileForm
from pmo.attachments.models import Comment
from pmo.attachments.offers import COMMENTS, FILES, Head, Kind, page_of
from pmo.attachments.views.uploading import TakesFile
from pmo.kernel.errors import Invalid, NotVisible
from pmo.ui.pages import Crumb, Page, Panel, page
from pmo.ui.pages.forms import add_errors

LONGEST_SEARCH = 100


class AboutSubject(Page):
    """Base of pages about an object that the address names by kind and key; seen by whom the object is seen."""

    part = ""
    kind: Kind
    subject: Any

    def prepare(self) -> None:
        self.kind, self.subject = queries.subject_at(self.user, self.kwargs["kind"], self.kwargs["key"])

    @cached_property
    def top(self) -> Head:
        return self.kind.head(self.subject, self.user, self.part)

    def get_title(self) -> str:
        return self.top.title

    def crumbs(self) -> Sequence[Crumb]:
        return self.top.crumbs

    def shown(self, panel: Panel, data: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        """The page with one panel, under the head of the object."""
        top = self.top
        return self.answer(
            "attachments/part.html",
            status=status,
            each={"panel": panel, **data},
            facts=top.facts,
            tabs=top.tabs,
            code=top.code,
            menu_entry=top.menu,
        )

    def to_place(self, anchor: str = "") -> HttpResponse:
        """Where one reads this, as after something was added."""
        place = self.kind.place(self.subject, self.part)
        return HttpResponseRedirect(f"{place.partition('#')[0]}#{anchor}" if anchor else place)


@method_decorator(csrf_exempt, name="dispatch")
@page("attached/<slug:kind>/<str:key>/files/", name="attachments:files", may="")
class Files(AboutSubject, TakesFile):
    """Every file of an object, those withdrawn too; takes a new one."""

    part = FILES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.drawn()

    def drawn(self, form: NewFileForm | None = None, *, status: int = 200) -> HttpResponse:
        data = panels.files(self.request, self.subject, form, whole=True)
        return self.shown(panels.FILES_PANEL, data, status=status)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(self.user, self.kind.add, self.subject, view=self.kind.view)
        form = NewFileForm(request.POST, request.FILES, auto_id="file_%s")
        if not form.is_valid():
            return self.drawn(form, status=422)
        sent = form.cleaned_data
        told = {"title": sent["title"], "note": sent["note"]}
        try:
            made = files.add(self.kind, self.subject.pk, sent["file"], actor=self.user, **told)
        except files.TooLarge:
            return self.too_large(request)
        except Invalid as error:
            add_errors(form, error)
            return self.drawn(form, status=422)
        messages.success(request, _("“%(title)s” is attached.") % {"title": made.title})
        return self.to_place()


@page("attached/<slug:kind>/<str:key>/comments/", name="attachments:comments", may="")
class Comments(AboutSubject):
    """The whole conversation; takes a comment. With scripts it is drawn anew, without them the page is shown again."""

    part = COMMENTS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        typed = request.POST.get("text", "").strip() if request.method == "POST" else ""
        if typed and not request.user.is_authenticated and not self.is_htmx:
            return render(request, "attachments/signed_out.html", {"text": typed}, status=401)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.drawn()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(self.user, self.kind.comment, self.subject, view=self.kind.view)
        form = CommentForm(request.POST, auto_id=False)
        if not form.is_valid():
            return self.drawn(form, status=422)
        sent = form.cleaned_data
        try:
            made = comments.write(self.kind, self.subject.pk, sent["text"], actor=self.user, parent=sent["parent"])
        except Invalid as error:
            add_errors(form, error)
            return self.drawn(form, status=422)
        return self.drawn() if self.is_htmx else self.to_place(f"comment-{made.pk}")

    @property
    def is_htmx(self) -> bool:
        return bool(getattr(self.request, "htmx", False))

    def drawn(self, form: CommentForm | None = None, *, status: int = 200) -> HttpResponse:
        """The whole page, or to htmx the conversation as its page shows it."""
        whole = not self.is_htmx or "whole" in self.request.POST
        data = panels.comments(self.request, self.subject, form, whole=whole)
        if self.is_htmx:
            return render(self.request, "attachments/comments.html", {"panel": data}, status=status)
        return self.shown(panels.COMMENTS_PANEL, data, status=status)


@page("attached/<slug:kind>/<str:key>/people/", name="attachments:people", may="")
class People(AboutSubject):
    """Whom one can mention here: only people who may see the object."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(self.user, self.kind.comment, self.subject, view=self.kind.view)
        words = request.GET.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]
        found = queries.mentionable(self.kind, self.subject, words)
        return render(request, "attachments/people.html", {"people": found})


@page("comments/<int:pk>/", name="attachments:comment_place", may="")
class CommentPlace(Page):
    """Leads to a comment where its whole conversation is shown."""

    def prepare(self) -> None:
        found = Comment.objects.visible_to(self.user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotVisible(_("This does not exist, or you may not see it."))
        self.comment = found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return HttpResponseRedirect(f"{page_of(self.comment.subject, COMMENTS)}#comment-{self.comment.pk}")
