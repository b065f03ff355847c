"""Forms of action items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.followups.models import EDITABLE, ActionItem
from pmo.followups.offers import PARENTS
from pmo.ui.widgets import DateInput, Picker, PickField, code_in

OWNERS = User.objects.people().filter(is_active=True)


def owner_field() -> PickField:
    return PickField(OWNERS, source="person", key="username", names=User.NAMES, label=gettext_lazy("Owner"))


class ActionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an action item says."""

    owner = owner_field()

    class Meta:
        model = ActionItem
        fields: Sequence[str] = EDITABLE
        widgets = {
            "due_on": DateInput(),
            "details": forms.Textarea(attrs={"rows": 4}),
            "comment": forms.Textarea(attrs={"rows": 3}),
        }


class NewActionForm(ActionForm):
    """A new action item, on an object or standing free."""

    on = forms.CharField(
        label=gettext_lazy("Belongs to"),
        required=False,
        max_length=300,
        widget=Picker("action-parent"),
        help_text=gettext_lazy("Part of a code or a name; take one of the suggestions. Empty means it stands free."),
    )

    class Meta(ActionForm.Meta):
        fields = ("title", "owner", "due_on", "priority", "source", "details")

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    def clean_on(self) -> Any:
        address = code_in(self.cleaned_data["on"])
        if not address:
            return None
        found = PARENTS.find(address, self.reader)
        if found is None:
            raise forms.ValidationError(
                _("There is no “%(address)s”, or not for you. Take one of the suggestions.") % {"address": address}
            )
        return found


class AssignForm(forms.Form):
    """To whom chosen action items go."""

    owner = owner_field()


class DueForm(forms.Form):
    """Until when chosen action items are to be done."""

    due_on = forms.DateField(label=gettext_lazy("Due"), widget=DateInput)
