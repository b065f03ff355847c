"""What a person says about an import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.exchange.models import ImportRow
from pmo.exchange.offers import PROFILES, Option, Profile
from pmo.exchange.rules.decoding import KNOWN_ENCODINGS
from pmo.exchange.rules.plans import SEPARATE
from pmo.exchange.speaking import speak
from pmo.ui.widgets import Picker

ACCEPTED = ".csv,.txt,.tsv,text/csv,text/plain"


class Radios(forms.RadioSelect):
    """Radio buttons with the kit's look on each button."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        option["attrs"]["class"] = "form-check-input"
        return option


class UploadForm(forms.Form):
    """A file, its kind, where it goes, and what the file does not say itself."""

    profile = forms.ChoiceField(label=gettext_lazy("Kind of file"), widget=Radios)
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy("Comma, semicolon, tab or bar; any encoding; up to 25 MB. Nothing is written yet."),
    )
    into = forms.CharField(
        label=gettext_lazy("Into portfolio"),
        widget=Picker("import-into"),
        max_length=200,
        help_text=gettext_lazy("Type a part of its name or code."),
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"),
        required=False,
        help_text=gettext_lazy("Only when a preview shows wrong letters."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profiles = list(PROFILES)
        self.fields["profile"].choices = [(each.name, _explained(each)) for each in profiles]  # type: ignore[attr-defined]
        self.fields["profile"].initial = profiles[0].name if profiles else None
        encodings = [("", _("Found by itself")), *((name, name) for name in KNOWN_ENCODINGS)]
        self.fields["encoding"].choices = encodings  # type: ignore[attr-defined]
        for option in _options():
            self.fields[option.name] = forms.CharField(
                label=str(option.label), help_text=_for_whom(option), required=False, max_length=100
            )

    @property
    def options(self) -> dict[str, str]:
        """What was said beyond kind, file and place."""
        names = ["encoding", *(option.name for option in _options())]
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


def _options() -> Iterable[Option]:
    return {option.name: option for profile in PROFILES for option in profile.options}.values()


def _explained(profile: Profile) -> SafeString:
    """A kind of file with its own help below."""
    return format_html('<span>{}<span class="sub">{}</span></span>', profile.label, profile.help)


def _for_whom(option: Option) -> str:
    """The help of an option; one that not every kind of file reads says whose it is."""
    readers = [each for each in PROFILES if option.name in {its.name for its in each.options}]
    if len(readers) == len(list(PROFILES)):
        return str(option.help)
    return _("%(kinds)s only. %(help)s") % {
        "kinds": get_text_list([str(r.label) for r in readers], _("and")),
        "help": option.help,
    }


class AnswersForm(forms.Form):
    """One question a row: is it one of these, or something of its own?"""

    def __init__(self, *args: Any, rows: Iterable[ImportRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            self.fields[f"row-{row.pk}"] = forms.ChoiceField(
                label=_("Line %(line)s: %(label)s") % {"line": row.line, "label": row.label},
                choices=[*map(_choice, row.choices), (SEPARATE, _("None of these: it is a project of its own"))],
                initial=row.answer,
                required=False,
                widget=Radios,
            )

    @property
    def answers(self) -> dict[int, str]:
        """The answers by row."""
        return {int(name.removeprefix("row-")): given for name, given in self.cleaned_data.items()}


def _choice(choice: dict[str, Any]) -> tuple[str, str]:
    words = speak(choice["reason"])
    return choice["key"], f"{choice['label']} ({words})" if words else choice["label"]
