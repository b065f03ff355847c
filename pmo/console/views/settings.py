"""The organisation's settings: one page with sections, and the forms behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import can, require
from pmo.console.forms import MONTHS, PrefixForm, SettingsForm, UnitForm
from pmo.organisation import actions
from pmo.organisation.models import Logo, NumberPrefix, Organisation, Unit
from pmo.organisation.queries import outline
from pmo.ui import formats
from pmo.ui.pages import CreatePage, Crumb, DetailPage, Door, EditPage, Panel, door, page

HOME = "console:settings"


def may_edit(request: HttpRequest) -> bool:
    return bool(can(request.user, "settings.edit"))  # type: ignore[arg-type]


def general_panel(request: HttpRequest, organisation: Organisation) -> Mapping[str, Any]:
    rows = [
        (_("Name"), organisation.name),
        (_("Currency"), organisation.currency),
        (_("Time zone"), organisation.time_zone),
        (_("Fiscal year begins in"), dict(MONTHS)[organisation.fiscal_start_month]),
    ]
    return {"rows": rows}


def thresholds_panel(request: HttpRequest, organisation: Organisation) -> Mapping[str, Any]:
    cost = [formats.number(each, 1) for each in (organisation.cost_amber_percent, organisation.cost_red_percent)]
    slip = [formats.days(each) for each in (organisation.slip_amber_days, organisation.slip_red_days)]
    rows = [
        (_("Cost overrun that is at risk, off track"), " / ".join(f"{each}{formats.NBSP}%" for each in cost)),
        (_("Slip that is at risk, off track"), " / ".join(slip)),
        (_("A due report is late after"), formats.days(organisation.report_grace_days)),
        (_("A report is announced before its due date by"), formats.days(organisation.report_remind_days)),
        (_("It is asked for again after"), formats.days(organisation.report_chase_days)),
        (_("The portfolio manager is told after"), formats.days(organisation.report_escalate_days)),
        (_("Unchanged reports in a row shown to the PMO"), formats.number(organisation.unchanged_reports)),
    ]
    return {"rows": rows}


def units_panel(request: HttpRequest, organisation: Organisation) -> Mapping[str, Any]:
    return {"tree": outline(), "may_edit": may_edit(request)}


def prefixes_panel(request: HttpRequest, organisation: Organisation) -> Mapping[str, Any]:
    return {"prefixes": NumberPrefix.objects.order_by("kind"), "may_edit": may_edit(request)}


def mail_panel(request: HttpRequest, organisation: Organisation) -> Mapping[str, Any]:
    usual = parseaddr(django_settings.DEFAULT_FROM_EMAIL)[1]
    rows = [
        (_("Sender"), f"{organisation.mail_sender} <{usual}>" if organisation.mail_sender else usual),
        (_("Answers go to"), organisation.mail_reply_to or usual),
        (_("Last line"), organisation.mail_footer or _("none")),
    ]
    return {"rows": rows}


def looks_panel(request: HttpRequest, organisation: Organisation) -> Mapping[str, Any]:
    rows = [
        (_("Colour by day"), organisation.accent),
        (_("Colour by night"), organisation.accent_dark),
        (_("Logo"), _("the organisation's own") if Logo.objects.exists() else _("none, the product's name is shown")),
    ]
    return {"rows": rows}


@page("settings/", name=HOME, may="settings.view")
class SettingsPage(DetailPage):
    """What this installation is set to."""

    title = gettext_lazy("Organisation")
    panels = (
        Panel("general", gettext_lazy("General"), "console/pairs.html", general_panel, order=10),
        Panel("units", gettext_lazy("Units"), "console/units.html", units_panel, order=20),
        Panel("thresholds", gettext_lazy("Thresholds"), "console/pairs.html", thresholds_panel, column="side"),
        Panel("mail", gettext_lazy("Mail"), "console/pairs.html", mail_panel, order=30),
        Panel("looks", gettext_lazy("Appearance"), "console/pairs.html", looks_panel, order=40),
        Panel("numbers", gettext_lazy("Numbers"), "console/prefixes.html", prefixes_panel, column="side", order=60),
    )

    def prepare(self) -> None:
        require(self.user, self.may)
        self.object = Organisation.current()

    def doors(self) -> Sequence[Door]:
        add = door(_("Add unit"), "console:unit_new", user=self.user, may="settings.edit", icon="sitemap")
        edit = door(
            _("Edit settings"), "console:settings_edit", user=self.user, may="settings.edit", icon="edit", primary=True
        )
        told = door(
            _("How people are told"), "console:notice_suggestions", user=self.user, may="settings.edit", icon="bell"
        )
        rates = door(_("Exchange rates"), "console:rate_list", user=self.user, may="settings.view", icon="coin")
        logo = door(_("Logo"), "console:logo_edit", user=self.user, may="settings.edit", icon="upload")
        kept = door(_("Retention"), "console:retention", user=self.user, may="settings.view", icon="clock")
        mail = door(_("Send test mail"), "console:test_mail", user=self.user, may="settings.edit", icon="mail")
        return [rates, add, told, kept, logo, mail, edit]


class SettingsForms:
    """What the forms behind the settings page share."""

    menu = HOME
    may: str
    user: Any
    object: Any

    def prepare(self) -> None:
        require(self.user, "settings.view")
        self.object = self.find()
        require(self.user, self.may)

    def find(self) -> Any:
        """The object of the address; the organisation itself for a form without one."""
        return super().find() if "pk" in self.kwargs else Organisation.current()  # type: ignore[misc,attr-defined]

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Organisation"), reverse(HOME))]

    def success_url(self, result: Any) -> str:
        return reverse(HOME)

    def cancel_url(self) -> str:
        return reverse(HOME)


@page("settings/edit/", name="console:settings_edit", may="settings.edit")
class SettingsEdit(SettingsForms, EditPage):
    """Change the settings."""

    title, form_class = gettext_lazy("Edit settings"), SettingsForm

    def save(self, changes: Mapping[str, Any], *, version: int) -> Organisation:
        return actions.configure(changes, actor=self.user, version=version)


@page("settings/units/new/", name="console:unit_new", may="settings.edit")
class UnitNew(SettingsForms, CreatePage):
    """Add a unit to the tree."""

    title, form_class = gettext_lazy("Add unit"), UnitForm

    def create(self, data: dict[str, Any]) -> Unit:
        return actions.add_unit(**data, actor=self.user)


@page("settings/units/<int:pk>/", name="console:unit_edit", may="settings.edit")
class UnitEdit(SettingsForms, EditPage):
    """Rename or move a unit."""

    title, form_class, queryset = gettext_lazy("Edit unit"), UnitForm, Unit.objects.all()

    def doors(self) -> Sequence[Door]:
        if self.object.retired_on is not None:
            return [
                door(_("Bring unit back"), "console:unit_restore", self.object.pk, user=self.user, may="settings.edit")
            ]
        merge = door(_("Merge unit"), "console:unit_merge", self.object.pk, user=self.user, may="settings.edit")
        retire = door(_("Retire unit"), "console:unit_retire", self.object.pk, user=self.user, may="settings.edit")
        return [merge, retire]

    def save(self, changes: Mapping[str, Any], *, version: int) -> Unit:
        return actions.edit_unit(self.object, changes, actor=self.user, version=version)


@page("settings/numbers/<int:pk>/", name="console:prefix_edit", may="settings.edit")
class PrefixEdit(SettingsForms, EditPage):
    """Change how numbers of one kind look."""

    title, form_class, queryset = gettext_lazy("Edit numbers"), PrefixForm, NumberPrefix.objects.all()

    def save(self, changes: Mapping[str, Any], *, version: int) -> NumberPrefix:
        return actions.edit_prefix(self.object, changes, actor=self.user, version=version)
