"""What a person says about a pack."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.ui.widgets import DateInput, PickField
from portfolio.projects.models import Portfolio, Programme
from reporting.packs.models import Pack

NOTHING_CHOSEN = {"portfolio": _("All portfolios"), "programme": _("All programmes"), "unit": _("All units")}


class PackForm(forms.ModelForm):  # type: ignore[type-arg]
    """Title and scope; recipients are kept on the page of the pack, looks and words in its template."""

    class Meta:
        model = Pack
        fields = ["name", "portfolio", "programme", "unit", "link_only"]

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["portfolio"].queryset = Portfolio.objects.visible_to(reader)  # type: ignore[attr-defined]
        self.fields["programme"].queryset = Programme.objects.visible_to(reader)  # type: ignore[attr-defined]
        for name, nothing in NOTHING_CHOSEN.items():
            self.fields[name].empty_label = nothing  # type: ignore[attr-defined]


class MakeForm(forms.Form):
    """Which day the pack reports on, and whether it goes out at once."""

    at = forms.DateField(
        label=_("Business date"),
        required=False,
        widget=DateInput(),
        help_text=_("Left empty: today. Each project shows its latest published report of that day or before."),
    )
    draft = forms.BooleanField(
        label=_("Draft"), required=False, help_text=_("Nobody is told, and only those who make packs see it.")
    )


class RecipientForm(forms.Form):
    """One more reader."""

    person = PickField(
        User.objects.people().filter(is_active=True),
        source="person",
        key="username",
        names=User.NAMES,
        label=_("Recipient"),
    )
