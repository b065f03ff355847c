"""What a person says about an import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from pmo.exchange.models import ImportRow, ImportRun
from pmo.exchange.offers import PROFILES, Option, Profile
from pmo.exchange.reading import WITHOUT_HEADERS
from pmo.exchange.rules.decoding import KNOWN_ENCODINGS
from pmo.exchange.rules.headers import Column
from pmo.exchange.rules.limits import LIMITS
from pmo.exchange.rules.plans import CONFLICT, SEPARATE
from pmo.exchange.speaking import speak
from pmo.ui.widgets import Picker

ACCEPTED = ".csv,.txt,.tsv,.xlsx,text/csv,text/plain"
MOST_PASTED = 2_000_000
LONG_CELL = 120


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
        help_text=gettext_lazy("CSV in any encoding, or an Excel workbook (.xlsx). Nothing is written yet."),
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

    def __init__(self, *args: Any, wanted: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profiles = list(PROFILES)
        self.fields["profile"].choices = [(each.name, _explained(each)) for each in profiles]  # type: ignore[attr-defined]
        self.fields["profile"].initial = wanted or (profiles[0].name if profiles else None)
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


class PasteForm(forms.Form):
    """Rows from the clipboard, and where they go."""

    text = forms.CharField(
        label=gettext_lazy("Rows"),
        strip=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "wrap": "off", "class": "mono"}),
        help_text=gettext_lazy("Copy the cells in your spreadsheet, with their line of headers, and paste them here."),
    )
    headers = forms.BooleanField(
        label=gettext_lazy("The first row holds the names of the columns"), required=False, initial=True
    )
    into = forms.CharField(
        label=gettext_lazy("Into portfolio"),
        widget=Picker("import-into"),
        max_length=200,
        help_text=gettext_lazy("Where new projects go. Type a part of its name or code."),
    )

    @property
    def options(self) -> dict[str, str]:
        """What was said about the rows besides their text."""
        return {} if self.cleaned_data["headers"] else {"headers": WITHOUT_HEADERS}


class ColumnsForm(forms.Form):
    """One selector for each header of a file."""

    def __init__(
        self, *args: Any, run: ImportRun, columns: Sequence[Column], may_share: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.headings = run.report.get("headers", [])
        sheets = run.report.get("sheets", [])
        if len(sheets) > 1:
            self.fields["sheet"] = forms.ChoiceField(
                label=_("Sheet"),
                choices=[(name, name) for name in sheets],
                initial=run.report["sheet"],
                help_text=_("Another sheet is read first; you are asked about its columns then."),
            )
        choices = [("", _("Leave this column out")), *((column.name, _column_words(column)) for column in columns)]
        for place, heading in enumerate(self.headings):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=heading["text"] or _("Column without a header"),
                choices=choices,
                initial=heading["column"],
                required=False,
            )
        self.fields["remember"] = forms.BooleanField(
            label=_("Remember this for files with the same headers"), required=False, initial=True
        )
        if may_share:
            self.fields["share"] = forms.BooleanField(label=_("For everybody in the organisation"), required=False)

    def rows(self) -> list[dict[str, Any]]:
        """Each header with its field, for the table of the page."""
        return [
            {**heading, "bound": self[f"column-{place}"], "how_words": HOW.get(heading["how"], "")}
            for place, heading in enumerate(self.headings)
        ]

    def others(self) -> list[forms.BoundField]:
        return [self[name] for name in ("remember", "share") if name in self.fields]

    @property
    def mapping(self) -> dict[str, str]:
        """The chosen columns by the keys of the headers."""
        return {
            heading["key"]: self.cleaned_data.get(f"column-{place}", "") for place, heading in enumerate(self.headings)
        }


HOW = {
    "known": gettext_lazy("Known by its name"),
    "chosen": gettext_lazy("Chosen before"),
    "alike": gettext_lazy("Looks alike: please check"),
    "ignored": gettext_lazy("Not known"),
}


def _column_words(column: Column) -> str:
    label = gettext(column.label)
    return _("%(column)s (needed)") % {"column": label} if column.required else label


class MendForm(forms.Form):
    """The cells of refused rows as fields."""

    def __init__(self, *args: Any, rows: Sequence[ImportRow], columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        told = {name for row in rows for name in [*row.cells, *(message["column"] for message in row.messages)]}
        self.columns = [column for column in columns if column.name in told]
        for row in rows:
            for column in self.columns:
                self.fields[f"{row.pk}-{column.name}"] = _cell_field(row, column)

    def heads(self) -> list[str]:
        return [gettext(column.label) for column in self.columns]

    def lines(self) -> list[dict[str, Any]]:
        """Each row with its fields and what is wrong about them."""
        return [{"row": row, "cells": [self._cell(row, column) for column in self.columns]} for row in self.rows]

    def _cell(self, row: ImportRow, column: Column) -> dict[str, Any]:
        said = [message for message in row.messages if message["column"] == column.name]
        return {
            "bound": self[f"{row.pk}-{column.name}"],
            "id": f"said-{row.pk}-{column.name}",
            "reasons": [speak(message["reason"]) for message in said],
        }

    @property
    def edits(self) -> dict[int, dict[str, str]]:
        """What was changed, by line and column."""
        found: dict[int, dict[str, str]] = {}
        for row in self.rows:
            changed = {column.name: self.cleaned_data[f"{row.pk}-{column.name}"] for column in self._changed(row)}
            if changed:
                found[row.line] = changed
        return found

    def _changed(self, row: ImportRow) -> list[Column]:
        return [column for column in self.columns if f"{row.pk}-{column.name}" in self.changed_data]


def _cell_field(row: ImportRow, column: Column) -> forms.CharField:
    text = row.cells.get(column.name, "")
    wrong = any(message["column"] == column.name and message["level"] == "error" for message in row.messages)
    attrs = {"aria-label": _("%(column)s, line %(line)s") % {"column": gettext(column.label), "line": row.line}}
    if wrong:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"said-{row.pk}-{column.name}"}
    long = len(text) > LONG_CELL or "\n" in text
    widget = forms.Textarea(attrs={**attrs, "rows": 2}) if long else forms.TextInput(attrs=attrs)
    return forms.CharField(required=False, initial=text, widget=widget, max_length=LIMITS.cell_characters)


class AnswersForm(forms.Form):
    """One question a row: is it one of these, or something of its own?"""

    def __init__(self, *args: Any, rows: Iterable[ImportRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            self.fields[f"row-{row.pk}"] = forms.ChoiceField(
                label=_("Line %(line)s: %(label)s") % {"line": row.line, "label": row.label},
                choices=_answers_to(row),
                initial=row.answer,
                required=False,
                widget=Radios,
            )

    @property
    def answers(self) -> dict[int, str]:
        """The answers by row."""
        return {int(name.removeprefix("row-")): given for name, given in self.cleaned_data.items()}


def _answers_to(row: ImportRow) -> list[tuple[str, str]]:
    if row.question == CONFLICT:
        return [*map(_choice, row.choices), ("", _("Leave the row out for now"))]
    return [*map(_choice, row.choices), (SEPARATE, _("None of these: it is a project of its own"))]


def _choice(choice: dict[str, Any]) -> tuple[str, str]:
    words, label = speak(choice["reason"]), gettext(choice["label"])
    return choice["key"], f"{label} ({words})" if words else label
