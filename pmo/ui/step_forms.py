"""What is asked about a step of a life: a comment that may be left out, or the reason that may not."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_NOTE = 2000


class NoteForm(forms.Form):
    """What there is to say about a step."""

    note = forms.CharField(
        label=_("Comment"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    """Why a step is taken."""

    note = forms.CharField(label=_("Reason"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))
