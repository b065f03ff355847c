"""Putting back a former value out of the history: a plain edit, with its right, its version and its record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import require
from pmo.audit.former import Former, former
from pmo.audit.offers import RESTORING, Restoring
from pmo.kernel.errors import NotVisible
from pmo.ui.pages import ActionPage, Crumb, page


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


@dataclass(frozen=True)
class Subject:
    """The object whose value is put back, the way to do it, and what it was."""

    obj: Any
    way: Restoring
    was: Former


@page("audit/put-back/<str:kind>/<int:event>/<str:field>/", name="console:put_back", may="audit.view")
class PutBack(ActionPage):
    """What a field is, what it was before that change, and putting it back."""

    template_name = "console/put_back.html"
    form_class = VersionForm
    submit_label = gettext_lazy("Put back")
    success = gettext_lazy("Put back.")
    subject: Subject

    def prepare(self) -> None:
        self.subject = self.sought()
        self.object = self.subject.obj
        require(self.user, self.may, self.object)
        require(self.user, self.subject.way.code, self.object, view=self.may)

    def sought(self) -> Subject:
        """The object among what the reader sees; NotVisible for kinds and fields that a plain edit does not change."""
        kind, field = self.kwargs["kind"], self.kwargs["field"]
        way = RESTORING.get(kind)
        if way is None or field not in way.fields:
            raise NotVisible(_("This value cannot be put back."))
        was = former(way.model, self.kwargs["event"], field)
        obj = way.model.objects.visible_to(self.user).filter(pk=was.object_id).first() if was else None
        if was is None or obj is None:
            raise NotVisible(_("This does not exist, or you may not see it."))
        return Subject(obj, way, was)

    def get_title(self) -> str:
        return _("Put %(field)s back") % {"field": self.subject.was.label}

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(str(self.object), self.object.get_absolute_url())]

    def form_options(self) -> dict[str, Any]:
        return {"initial": {"version": self.object.version}}

    def perform(self, form: Any) -> Any:
        was, way = self.subject.was, self.subject.way
        return way.run(self.object, was.change, actor=self.user, version=form.cleaned_data["version"])

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(was=self.subject.was, now=self.subject.was.words_of(self.object), **more)
