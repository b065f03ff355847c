"""The organisation's logo and a mail to oneself, to see what others will."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pmo.console.actions import mailing
from pmo.console.views.settings import SettingsForms
from pmo.organisation import picturing
from pmo.organisation.models import Logo
from pmo.ui.pages import ActionPage, CreatePage, Door, door, page


class LogoForm(forms.Form):
    """A picture."""

    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=gettext_lazy("PNG, JPEG or WebP, up to 1 MB; shown 24 pixels high on a dark ground."),
    )


@page("settings/logo/", name="console:logo_edit", may="settings.edit")
class LogoEdit(SettingsForms, CreatePage):
    """Bring a logo."""

    title, form_class, submit_label = gettext_lazy("Logo"), LogoForm, gettext_lazy("Use this logo")

    def doors(self) -> Sequence[Door]:
        if not Logo.objects.exists():
            return []
        return [
            door(gettext_lazy("Remove logo"), "console:logo_remove", user=self.user, may="settings.edit", icon="trash")
        ]

    def create(self, data: dict[str, Any]) -> Any:
        return picturing.set_logo(data["logo"], actor=self.user)


@page("settings/logo/remove/", name="console:logo_remove", may="settings.edit")
class LogoRemove(SettingsForms, ActionPage):
    """Show the product's name again."""

    title, danger = gettext_lazy("Remove logo"), True
    submit_label, success = gettext_lazy("Remove logo"), gettext_lazy("The logo was removed.")

    def perform(self, form: Any) -> Any:
        return picturing.remove_logo(actor=self.user)


@page("settings/test-mail/", name="console:test_mail", may="settings.edit")
class TestMail(SettingsForms, ActionPage):
    """Send a mail to oneself."""

    title = gettext_lazy("Send test mail")
    submit_label, success = gettext_lazy("Send to my address"), gettext_lazy("The mail was handed over.")

    def perform(self, form: Any) -> Any:
        return mailing.send_test_mail(actor=self.user)
