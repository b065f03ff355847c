"""How the reader likes to see the house: language, zone, numbers, days and look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.kernel.errors import Invalid
from pmo.organisation import actions
from pmo.ui.registry import page
from pmo.ui.views import OwnPage
from pmo.ui.widgets import Picker


def offer_as_device(form: forms.BaseForm) -> None:
    """Leave the language to the browser as long as nobody chose one, and the zone to the organisation."""
    languages: Any = form.fields["language"]
    languages.choices = [("", gettext_lazy("As the browser")), *[each for each in languages.choices if each[0]]]
    form.fields["time_zone"].help_text = gettext_lazy("As in Europe/Berlin. Empty means the organisation's.")


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the page asks; the action decides."""

    class Meta:
        model = User
        fields = list(User.PREFERENCES)
        widgets = {"time_zone": Picker("time_zone")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_as_device(self)
        for field in self.fields.values():
            field.required = False

    def given(self) -> dict[str, Any]:
        """A small form may send one field only; what it leaves out stays as it is."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.data}


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
        try:
            saved = actions.prefer(form.given(), actor=self.user) if form.is_valid() else None
        except Invalid as refusal:
            for name, texts in refusal.errors.items():
                form.add_error(name if name in form.fields else None, list(texts))
            saved = None
        return self.answer(form=form, status=422) if saved is None else self.done(saved)

    def done(self, saved: User) -> HttpResponseBase:
        """Say so in the language that was just chosen."""
        if "quiet" in self.request.POST:
            return HttpResponse(status=204)
        if "next" not in self.request.POST:
            with override(saved.language or get_language() or "en"):
                messages.success(self.request, _("Preferences saved."))
        return HttpResponseRedirect(self.next_url())

    def next_url(self) -> str:
        asked = self.request.POST.get("next", "")
        own = url_has_allowed_host_and_scheme(asked, {self.request.get_host()}, require_https=self.request.is_secure())
        return asked if own and asked.startswith("/") else self.request.path
