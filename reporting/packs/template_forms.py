"""What a person says about how a pack looks: sections in their order, words, and projects shown one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from portfolio.projects.models import Project
from reporting.packs.models import PackTemplate
from reporting.packs.offers import SECTIONS

MOST_CODES: Final = 500
UP, DOWN = "up", "down"


@dataclass(frozen=True)
class SectionRow:
    """A section as the editor lists it."""

    code: str
    title: str | Promise
    answers: str | Promise
    printed: bool


class CodesField(forms.CharField):
    """Projects by their codes, between commas, blanks or lines; the value is their ids."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "characters"})
        super().__init__(widget=widget, max_length=20_000, **options)
        self.reader: User | None = None

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        codes = dict(Project.objects.filter(pk__in=value).values_list("pk", "code"))
        return ", ".join(codes[pk] for pk in value if pk in codes)

    def clean(self, value: Any) -> Any:
        codes = list(dict.fromkeys(super().clean(value).replace(",", " ").upper().split()))
        if len(codes) > MOST_CODES:
            raise ValidationError(_("Name at most %(n)s projects.") % {"n": MOST_CODES})
        found = {code.upper(): pk for pk, code in self._visible(codes)}
        unknown = [code for code in codes if code not in found]
        if unknown:
            told = {"codes": ", ".join(unknown)[:200]}
            raise ValidationError(_("There is no such project, or not for you: %(codes)s.") % told)
        return [found[code] for code in codes]

    def _visible(self, codes: Sequence[str]) -> Any:
        assert self.reader is not None
        return Project.objects.visible_to(self.reader).filter(code__iregex=_any_of(codes)).values_list("pk", "code")


def _any_of(codes: Sequence[str]) -> str:
    """A pattern that matches exactly these codes; characters of a pattern stand for themselves."""
    escaped = ["".join(f"\\{char}" if not char.isalnum() else char for char in code) for code in codes]
    return f"^({'|'.join(escaped)})$" if escaped else "^$"


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """One version; `order` carries every section in the order shown, `sections` those that are printed."""

    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Sections"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one section.")},
    )
    chosen = CodesField(
        label=gettext_lazy("Projects, by code"),
        required=False,
        help_text=gettext_lazy("Only for the choice “The projects named below”; codes as in APO-1, APO-2."),
    )

    class Meta:
        model = PackTemplate
        fields = (
            "title",
            "audience",
            "language",
            "introduction",
            "sections",
            "one_pagers",
            "chosen",
            "most_one_pagers",
            "custom_fields",
            "logo",
            "accent",
        )
        widgets = {"introduction": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shipped = {section.code: section for section in SECTIONS.all()}
        self.fields["sections"].choices = [(code, each.title) for code, each in self.shipped.items()]  # type: ignore[attr-defined]
        self.fields["chosen"].reader = reader  # type: ignore[attr-defined]
        self.initial["sections"] = self.initial.get("sections") or list(self.shipped)

    def _post_clean(self) -> None:
        """The action checks the whole version; a half of it on the instance would say what is not stored."""

    @property
    def rows(self) -> list[SectionRow]:
        """Every section in the order of the form, the printed ones first when it was not sent yet."""
        printed = list(self.data.getlist("sections") if self.is_bound else self.initial["sections"])  # type: ignore[attr-defined]
        return [
            SectionRow(code, self.shipped[code].title, self.shipped[code].answers, code in printed)
            for code in self._order(printed)
        ]

    def _order(self, printed: Sequence[str]) -> list[str]:
        sent = self.data.getlist("order") if self.is_bound else printed  # type: ignore[attr-defined]
        order = list(dict.fromkeys(code for code in [*sent, *self.shipped] if code in self.shipped))
        direction, _colon, code = self.data.get("move", "").partition(":") if self.is_bound else ("", "", "")
        return _moved(order, code, direction) if code in order else order

    def clean_sections(self) -> list[str]:
        """In the order of the rows, whatever the order of the boxes."""
        printed = self.cleaned_data["sections"]
        return [code for code in self._order(printed) if code in printed]


def _moved(order: list[str], code: str, direction: str) -> list[str]:
    at = order.index(code)
    to = min(max(at + {UP: -1, DOWN: 1}.get(direction, 0), 0), len(order) - 1)
    rest = [each for each in order if each != code]
    return [*rest[:to], code, *rest[to:]]
