"""What a person says about a schedule: a rhythm and a time of day, or a cron expression."""

from __future__ import annotations

from datetime import time
from typing import Any, Final

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.ui.widgets import Picker
from reporting.schedules import rhythm
from reporting.schedules.models import PackSchedule
from reporting.schedules.rhythm import Rhythm
from reporting.schedules.wording import KINDS, WEEKDAYS

EXPERT: Final = "cron"
SIX: Final = time(6)
PREVIEW = {
    "hx-get": reverse_lazy("reporting:schedule_preview"),
    "hx-trigger": "input delay:300ms from:closest form, load",
    "hx-include": "closest form",
    "hx-target": "#slots",
    "hx-swap": "innerHTML",
}


class RhythmForm(forms.Form):
    """A rhythm, from which the expression follows."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=[*KINDS, (EXPERT, gettext_lazy("By a cron expression"))],
        widget=forms.Select(attrs=PREVIEW),
        required=False,
        initial=rhythm.MONTHLY,
    )
    at = forms.TimeField(
        label=gettext_lazy("Time of day"),
        required=False,
        initial=SIX,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    weekday = forms.ChoiceField(
        label=gettext_lazy("Weekday"),
        choices=WEEKDAYS,
        required=False,
        help_text=gettext_lazy("For the choices with a weekday."),
    )
    day = forms.IntegerField(
        label=gettext_lazy("Day of the month"),
        min_value=1,
        max_value=rhythm.LATEST_DAY,
        required=False,
        initial=1,
        help_text=gettext_lazy("For the choice with a day, 1 to 28."),
    )

    def expression(self) -> str:
        """The cron expression that was said; the one that was typed when no rhythm was."""
        told = self.cleaned_data
        kind = told.get("kind") or EXPERT
        if kind == EXPERT:
            return " ".join(str(told.get("cron") or "").split())
        at, weekday, day = told.get("at") or SIX, told.get("weekday") or rhythm.WEEKDAYS[0], told.get("day") or 1
        return rhythm.cron_of(Rhythm(kind, at, weekday, day))


def as_initial(cron: str) -> dict[str, Any]:
    """What the fields of the rhythm show for a stored expression."""
    found = rhythm.rhythm_of(cron)
    if found is None:
        return {"kind": EXPERT}
    return {"kind": found.kind, "at": found.at, "weekday": found.weekday, "day": found.day}


class ScheduleForm(RhythmForm, forms.ModelForm):  # type: ignore[type-arg,misc]
    """A rhythm in a time zone; the next three slots are shown as one types."""

    field_order = ("kind", "at", "weekday", "day", "cron", "time_zone", "enabled")

    class Meta:
        model = PackSchedule
        fields = ["cron", "time_zone", "enabled"]
        widgets = {"time_zone": Picker("time_zone")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cron"].required = False
        if self.instance.cron:
            self.initial = {**self.initial, **as_initial(self.instance.cron)}

    def clean(self) -> dict[str, Any]:
        super().clean()
        cron = self.expression()
        if not cron and "cron" not in self.errors:
            self.add_error("cron", _("Write an expression of five parts, or choose how often."))
        elif not self.errors:
            self.cleaned_data["cron"] = cron
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        """What the schedule becomes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PreviewForm(RhythmForm):
    """What is being typed, whether or not it can be stored."""

    def typed(self) -> tuple[str, str]:
        """The expression and the zone."""
        self.is_valid()
        self.cleaned_data["cron"] = self.data.get("cron", "")[:80]
        return self.expression(), self.data.get("time_zone", "")[:64]
