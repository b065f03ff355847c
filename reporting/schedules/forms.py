"""What a person says about a schedule."""

from __future__ import annotations

from django import forms
from django.urls import reverse_lazy

from pmo.ui.widgets import Picker
from reporting.schedules.models import PackSchedule

PREVIEW = {
    "hx-get": reverse_lazy("reporting:schedule_preview"),
    "hx-trigger": "input changed delay:300ms, load",
    "hx-include": "closest form",
    "hx-target": "#slots",
    "hx-swap": "innerHTML",
}


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A cron expression in a time zone; the next three slots are shown as one types."""

    class Meta:
        model = PackSchedule
        fields = ["cron", "time_zone", "enabled"]
        widgets = {"cron": forms.TextInput(attrs=PREVIEW), "time_zone": Picker("time_zone")}
