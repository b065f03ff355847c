"""Controls drawn in Python are those of Django's own templates."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from pmo.ui.controls import ControlRenderer

LETTERS = [("", "–"), ("a", "A & <b>"), ("b", "B")]
GROUPED = [("", "–"), ("First & last", [("x", "X"), ("y", "Y")])]


class EveryControl(forms.Form):
    text = forms.CharField(initial='say "<&"', widget=forms.TextInput(attrs={"class": "a b", "required": True}))
    number = forms.IntegerField(initial=1234567, min_value=3)
    day = forms.DateField()
    box = forms.BooleanField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput)
    unseen = forms.CharField(widget=forms.HiddenInput, initial="z")
    one = forms.ChoiceField(choices=LETTERS)
    grouped = forms.ChoiceField(choices=GROUPED)
    several = forms.MultipleChoiceField(choices=LETTERS)
    boxes = forms.MultipleChoiceField(choices=LETTERS, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}))
    grouped_boxes = forms.MultipleChoiceField(choices=GROUPED[1:], widget=forms.CheckboxSelectMultiple)
    buttons = forms.ChoiceField(choices=LETTERS, widget=forms.RadioSelect)
    words = forms.CharField(widget=forms.Textarea)


SENT = {"text": "'", "number": "x", "day": "2026-01-02", "box": "on", "one": "a", "grouped": "y", "boxes": ["a", "b"]}


@pytest.mark.parametrize("name", EveryControl.base_fields)
@pytest.mark.parametrize("sent", [None, SENT], ids=["empty", "sent"])
def test_a_control_is_drawn_as_django_draws_it(name, sent):
    ours, theirs = (str(EveryControl(sent, renderer=each())[name]) for each in (ControlRenderer, DjangoTemplates))
    assert _dense(ours) == _dense(theirs)


def _dense(html: str) -> str:
    return re.sub(r"\s+<", "<", re.sub(r">\s+", ">", html)).strip()
