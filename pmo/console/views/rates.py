"""Exchange rates: the list, one rate, and many pasted at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import can
from pmo.console.views.settings import SettingsForms
from pmo.organisation import rating
from pmo.organisation.models import ExchangeRate
from pmo.ui.filters import FilterSet
from pmo.ui.pages import ActionPage, CreatePage, Door, EditPage, ListPage, door, page
from pmo.ui.tables import Date, Link, Number, Table, Text
from pmo.ui.widgets import DateInput

LIST = "console:rate_list"


class RateTable(Table):
    pair = Link(
        lambda row: f"{row.base} → {row.quote}",
        gettext_lazy("Currencies"),
        sort=("base", "quote"),
        to=lambda row: reverse("console:rate_edit", args=[row.pk]),
    )
    rate = Number("rate", gettext_lazy("Rate"), sort="rate", places=6)
    valid_on = Date("valid_on", gettext_lazy("From"), sort="valid_on")
    source = Text("source", gettext_lazy("Source"), phone=False)
    default = ("pair", "rate", "valid_on", "source")
    order = "-valid_on"


class RateFilters(FilterSet):
    search_fields = ("base", "quote", "source")

    class Meta:
        model = ExchangeRate
        fields: list[str] = []


class RateForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rate from a day on."""

    class Meta:
        model = ExchangeRate
        fields = ["base", "quote", "valid_on", "rate", "source"]
        widgets = {"valid_on": DateInput}
        help_texts = {
            "base": gettext_lazy("As in USD."),
            "quote": gettext_lazy("As in EUR."),
            "rate": gettext_lazy("What one unit of the first is worth in the second."),
        }


class CorrectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What may change of a rate that is known."""

    class Meta:
        model = ExchangeRate
        fields = ["rate", "source"]


class PasteForm(forms.Form):
    """Rates as lines."""

    rows = forms.CharField(
        label=gettext_lazy("Rates"),
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("One a line, copied from a spreadsheet or a CSV: 2027-03-31; USD; EUR; 0.9251; source"),
    )


@page("settings/rates/", name=LIST, may="settings.view")
class RateList(ListPage):
    """All rates, the newest first."""

    title = noun = gettext_lazy("Exchange rates")
    lead = gettext_lazy("A rate holds from its day on, until a later one of the same two currencies.")
    queryset = ExchangeRate.objects.all()
    table, filters, export_may = RateTable, RateFilters, "settings.view"
    empty = gettext_lazy("No rate yet. Without one, amounts in other currencies are never added up.")

    def visible(self) -> Any:
        return ExchangeRate.objects.all() if can(self.user, "settings.view") else ExchangeRate.objects.none()

    def doors(self) -> Sequence[Door]:
        paste = door(_("Paste rates"), "console:rate_paste", user=self.user, may="settings.edit", icon="copy")
        add = door(_("Enter rate"), "console:rate_new", user=self.user, may="settings.edit", icon="plus", primary=True)
        return [paste, add]


class RatePages(SettingsForms):
    def success_url(self, result: Any) -> str:
        return reverse(LIST)

    def cancel_url(self) -> str:
        return reverse(LIST)


@page("settings/rates/new/", name="console:rate_new", may="settings.edit")
class RateNew(RatePages, CreatePage):
    """Enter one rate."""

    title, form_class = gettext_lazy("Enter rate"), RateForm

    def create(self, data: dict[str, Any]) -> ExchangeRate:
        return rating.enter_rate(**data, actor=self.user)


@page("settings/rates/paste/", name="console:rate_paste", may="settings.edit")
class RatePaste(RatePages, CreatePage):
    """Enter many."""

    title, form_class, submit_label = gettext_lazy("Paste rates"), PasteForm, gettext_lazy("Enter all")

    def create(self, data: dict[str, Any]) -> Any:
        new, changed = rating.import_rates(data["rows"], actor=self.user)
        messages.success(self.request, _("%(new)s new rates, %(changed)s changed.") % {"new": new, "changed": changed})
        return None


@page("settings/rates/<int:pk>/", name="console:rate_edit", may="settings.edit")
class RateEdit(RatePages, EditPage):
    """Correct one."""

    title, form_class, queryset = gettext_lazy("Correct rate"), CorrectionForm, ExchangeRate.objects.all()

    def save(self, changes: Mapping[str, Any], *, version: int) -> ExchangeRate:
        found = self.object
        return rating.change_rate(
            found,
            changes.get("rate", found.rate),
            changes.get("source", found.source),
            actor=self.user,
            version=version,
        )


@page("settings/rates/<int:pk>/remove/", name="console:rate_remove", may="settings.edit")
class RateRemove(RatePages, ActionPage):
    """Take one away."""

    title, action, danger = gettext_lazy("Remove rate"), staticmethod(rating.remove_rate), True
    queryset = ExchangeRate.objects.all()
    submit_label, success = gettext_lazy("Remove rate"), gettext_lazy("The rate was removed.")
