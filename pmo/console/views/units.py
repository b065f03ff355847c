"""What is done with a unit besides editing it: retire it, bring it back, merge it into another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.console.views.settings import SettingsForms
from pmo.organisation import units
from pmo.organisation.models import Unit
from pmo.organisation.offers import UNIT_HOLDINGS
from pmo.ui.pages import ActionPage, page


class MergeForm(forms.Form):
    """Where everything goes."""

    target = forms.ModelChoiceField(
        Unit.objects.filter(retired_on=None), label=gettext_lazy("Into"), empty_label=gettext_lazy("Choose a unit")
    )


class UnitAction(SettingsForms, ActionPage):
    """What the pages share: what hangs on the unit is told before anything is done."""

    queryset = Unit.objects.all()

    def context(self, **more: Any) -> dict[str, Any]:
        hanging = ", ".join(f"{label} ({count})" for label, count in UNIT_HOLDINGS.of(self.object))
        told = (
            _("On this unit hang: %(things)s.") % {"things": hanging} if hanging else _("Nothing hangs on this unit.")
        )
        return super().context(lead=told, **more)


@page("settings/units/<int:pk>/retire/", name="console:unit_retire", may="settings.edit")
class UnitRetire(UnitAction):
    """Offer the unit no more."""

    title, action, danger = gettext_lazy("Retire unit"), staticmethod(units.retire_unit), True
    submit_label, success = gettext_lazy("Retire unit"), gettext_lazy("The unit is retired.")


@page("settings/units/<int:pk>/restore/", name="console:unit_restore", may="settings.edit")
class UnitRestore(UnitAction):
    """Offer it again."""

    title, action = gettext_lazy("Bring unit back"), staticmethod(units.restore_unit)
    submit_label, success = gettext_lazy("Bring back"), gettext_lazy("The unit is in use again.")


@page("settings/units/<int:pk>/merge/", name="console:unit_merge", may="settings.edit")
class UnitMerge(UnitAction):
    """Carry everything over and retire it."""

    title, action, danger = gettext_lazy("Merge unit"), staticmethod(units.merge_unit), True
    form_class = MergeForm
    submit_label, success = gettext_lazy("Merge"), gettext_lazy("Everything was carried over; the unit is retired.")
