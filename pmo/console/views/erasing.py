"""The page that erases the personal data of a closed account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pmo.console import guards
from pmo.console.actions import erasing
from pmo.console.views.people import AccountAction
from pmo.ui.pages import page


class EraseForm(forms.Form):
    """The sign-in name once more, so that nobody is erased by a slip."""

    confirmation = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Type it exactly as it is shown on the account."),
    )


@page("users/<int:pk>/erase/", name="console:user_erase", may="user.view")
class UserErase(AccountAction):
    """Erase who somebody was; what he did stays."""

    title, template_name = gettext_lazy("Erase personal data"), "console/erase.html"
    code, action, form_class, danger = "user.erase", staticmethod(erasing.erase), EraseForm, True
    submit_label = gettext_lazy("Erase for good")
    success = gettext_lazy("Personal data erased.")

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(verdict=guards.may_erase(self.user, self.object), **more)
