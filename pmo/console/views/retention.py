"""How long each kind of record is kept, what would go now, and what went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import require
from pmo.console.actions.retaining import request_sweep
from pmo.console.views.settings import HOME, SettingsForms
from pmo.organisation import actions
from pmo.organisation.models import Organisation, Sweep
from pmo.organisation.retention import KEEPINGS, LONGEST, days_words
from pmo.organisation.sweeping import outlook
from pmo.ui.pages import ActionPage, Crumb, Door, EditPage, Page, door, page

PAGE = "console:retention"
LATEST = 10


class RetentionForm(forms.Form):
    """Days for each kind; nothing means for ever."""

    def __init__(self, *args: Any, days: Mapping[str, int | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for keeping in KEEPINGS.all():
            words = {"about": keeping.about, "least": keeping.least}
            self.fields[keeping.kind] = forms.IntegerField(
                label=keeping.label,  # type: ignore[arg-type]
                required=False,
                initial=days[keeping.kind],
                min_value=keeping.least,
                max_value=LONGEST,
                help_text=_("%(about)s At least %(least)s.") % words,
            )

    @staticmethod
    def stored(organisation: Organisation, kind: str) -> int | None:
        """What is in force, to compare with what was typed."""
        return days_in_force(organisation)[kind]


def days_in_force(organisation: Organisation) -> dict[str, int | None]:
    return {keeping.kind: keeping.days_in(organisation.retention) for keeping in KEEPINGS.all()}


@page("settings/retention/", name=PAGE, may="settings.view")
class RetentionPage(Page):
    """Nothing of history is here: that stays."""

    title = gettext_lazy("Retention")
    menu = HOME
    template_name = "console/retention.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = [(each, days_words(each.days)) for each in outlook()]
        sweeps = Sweep.objects.select_related("asked_by")[:LATEST]
        return self.answer(rows=rows, total=sum(each.count for each, _words in rows), sweeps=sweeps)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Organisation"), reverse(HOME))]

    def doors(self) -> Sequence[Door]:
        now = door(_("Remove now"), "console:retention_sweep", user=self.user, may="settings.edit", icon="trash")
        edit = door(
            _("Edit times"), "console:retention_edit", user=self.user, may="settings.edit", icon="edit", primary=True
        )
        return [now, edit]


class RetentionForms(SettingsForms):
    """What the pages behind it share."""

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Organisation"), reverse(HOME)), Crumb(_("Retention"), reverse(PAGE))]

    def success_url(self, result: Any) -> str:
        return reverse(PAGE)

    def cancel_url(self) -> str:
        return reverse(PAGE)


@page("settings/retention/edit/", name="console:retention_edit", may="settings.edit")
class RetentionEdit(RetentionForms, EditPage):
    """Change how long each kind is kept."""

    title, form_class = gettext_lazy("Days of retention"), RetentionForm
    lead = gettext_lazy(
        "Whole days; an empty field keeps the kind for ever. What is past its time goes in the following night. "
        "History and published packs are never removed."
    )

    def form_options(self) -> dict[str, Any]:
        return {"days": days_in_force(self.object)}

    def save(self, changes: Mapping[str, Any], *, version: int) -> Organisation:
        wanted = {"retention": {**self.object.retention, **changes}}
        return actions.configure(wanted, actor=self.user, version=version)


@page("settings/retention/sweep/", name="console:retention_sweep", may="settings.edit")
class RetentionSweep(RetentionForms, ActionPage):
    """Remove what is past its time now, not in the night."""

    title, danger = gettext_lazy("Remove now"), True
    lead = gettext_lazy("A worker removes every record that is past its time. This cannot be undone.")
    submit_label, success = gettext_lazy("Remove now"), gettext_lazy("The records are being removed.")

    def prepare(self) -> None:
        super().prepare()
        require(self.user, "settings.edit", view="settings.view")

    def perform(self, form: Any) -> Sweep:
        return request_sweep(actor=self.user)
