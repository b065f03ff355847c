"""The shell's own pages: suggestions of selectors and the reader's preferences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.access.policy import can, insist
from pmo.kernel.errors import NotVisible
from pmo.ui.offers import PICK
from pmo.ui.pages.page import Page
from pmo.ui.registry import page
from pmo.ui.widgets import code_in

PER_PICKER = 10
LONGEST_QUERY = 200


class OwnPage(Page):
    """A page that everybody who is signed in has."""

    def prepare(self) -> None:
        """No permission is needed for one's own things."""


@page("pick/<slug:source>/", name="ui:pick", may="")
class Pick(OwnPage):
    """Suggestions of a selector, as options; the selector sends its value under its own name."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        source = PICK.find(self.kwargs["source"])
        if source is None:
            raise NotVisible
        insist(can(self.user, source.may))
        words = str(next(iter(request.GET.values()), "")).replace("\x00", "").strip()[:LONGEST_QUERY]
        options = source.find(self.user, code_in(words), PER_PICKER)
        return self.answer("ui/options.html", options=options)


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the reader likes to see the house."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    class Meta:
        model = User
        fields = ["theme", "density", "language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext_lazy("As the browser")), *settings.LANGUAGES]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.required = False

    def clean(self) -> dict[str, Any]:
        """A small form may send one field only; what it leaves out stays as it is."""
        given: dict[str, Any] = super().clean() or {}
        for name in self.fields:
            if name not in self.data:
                given[name] = getattr(self.instance, name)
        return given


@page("preferences/", name="ui:preferences", may="")
class Preferences(OwnPage):
    """The reader's language, zone and look."""

    title = gettext_lazy("Preferences")
    template_name = "ui/preferences.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.answer(form=PreferencesForm(instance=self.fresh()))

    def fresh(self) -> User:
        return User.objects.get(pk=self.user.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = PreferencesForm(request.POST, instance=self.fresh())
        if not form.is_valid():
            return self.answer(form=form, status=422)
        form.save()
        if "quiet" in request.POST:
            return HttpResponse(status=204)
        if "next" not in request.POST:
            messages.success(request, _("Preferences saved."))
        return HttpResponseRedirect(self.next_url())

    def next_url(self) -> str:
        asked = self.request.POST.get("next", "")
        own = url_has_allowed_host_and_scheme(asked, {self.request.get_host()}, require_https=self.request.is_secure())
        return asked if own and asked.startswith("/") else self.request.path
